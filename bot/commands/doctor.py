"""`ajar doctor`: look at everything once and say what is wrong, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.commands import opening, platforms
from bot.errors import AjarError
from bot.settings import Settings

OTHERS = 0o077
"""The rights of everyone but the owner of a file."""


def doctor(settings: Settings, say: Callable[[str], None]) -> bool:
    """Say a line for everything looked at and for each thing wrong. True if all is well."""
    return asyncio.run(_doctor(settings, say))


async def _doctor(settings: Settings, say: Callable[[str], None]) -> bool:
    well = True

    def report(what: str, wrong: Sequence[str], good: Sequence[str]) -> None:
        nonlocal well
        well = well and not wrong
        for line in wrong:
            say(f"{what}: PROBLEM: {line}")
        for line in good:
            say(f"{what}: {line}")

    report("Settings", [], ["they can be read."])
    report("Content", *_content(settings))
    report("Database", *await _database(settings))
    if not platforms.configured(settings):
        report("Platforms", [], ["no token is set, so `ajar run` talks in the terminal."])
    if platforms.configured(settings) and not settings.operator_contact.strip():
        # To be mended, but no reason to call the installation broken.
        report("Contact", [], [opening.NO_CONTACT])
    async for found in platforms.diagnose(settings):
        report(found.platform, found.wrong, found.known)
    return well


def _content(settings: Settings) -> tuple[list[str], list[str]]:
    try:
        library = opening.library(settings)
    except AjarError as error:
        return [str(error)], []
    found = [f"{len(library.flows)} flows, in {', '.join(library.languages)}."]
    old = library.lines.stale_count(datetime.now(UTC).date())
    if old:
        found.append(
            f"{old} crisis lines have a source older than a year; check them in "
            "content/crisis-lines.yaml and give them a new as_of date."
        )
    return [], found


async def _database(settings: Settings) -> tuple[list[str], list[str]]:
    from bot.store.keys import key_file
    from bot.store.opening import place

    try:
        path = place(settings.database_url)
        if not path.exists():
            return [], ["there is none yet; `ajar run` makes one, and its key."]
        async with opening.store(settings):
            good = ["it opens with this key."]
    except AjarError as error:
        return [str(error)], []
    key = key_file(path)
    if key.exists() and key.stat().st_mode & OTHERS:
        return [f"Others on this machine may read {key.name}: chmod 600 it."], good
    return [], good
