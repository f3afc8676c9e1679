"""What most commands begin with: the settings, the log, the content, the database.

Owns that order. Must not know what the commands are for.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.flows.library import Library
    from bot.runtime.shelf import Shelf
    from bot.store.store import Store


NO_CONTACT = (
    "OPERATOR_CONTACT is empty: set it, so that /privacy can tell people who runs this and answers "
    "for it (docs/operator-pack.md)."
)


def settings(*, quiet: bool = False) -> Settings:
    """Read the settings and set the log up by them; `quiet`, where a person reads along, leaves
    all but failures out unless the operator asked for a level. Raises `SettingsError`."""
    from bot.runtime.logs import configure

    read = Settings.read()
    level = "ERROR" if quiet and "log_level" not in read.model_fields_set else read.log_level
    configure(level, read.log_format, read.secrets)
    return read


def library(settings: Settings) -> Library:
    """Read the content. Raises `ContentError`."""
    from bot.flows.loading import load

    return replace(load(settings.content_dir), contact=settings.operator_contact)


def shelf(settings: Settings) -> Shelf:
    """Read the content, to be read anew on demand. Where it is broken the operator is told, and
    only help in danger works until it is mended."""
    from bot.flows.loading import load_bare
    from bot.runtime.shelf import Shelf

    read = Shelf(partial(library, settings), partial(load_bare, settings.content_dir))
    if read.broken:
        tell(f"{read.broken}\nUntil this is mended, only help in danger works.")
    return read


@asynccontextmanager
async def store(settings: Settings) -> AsyncIterator[Store]:
    """Open the database for a while. Raises `StoreError`."""
    opened = await open_store(settings)
    try:
        yield opened
    finally:
        await opened.close()


async def open_store(settings: Settings) -> Store:
    """Open the database; whoever asked closes it. Raises `StoreError`."""
    from bot.runtime.clock import SystemClock
    from bot.store.store import Store

    return await Store.open(
        settings.database_url, key=settings.key, now=SystemClock().now, notice=tell
    )


def tell(sentence: str) -> None:
    """Say something to the operator, beside the output."""
    sys.stderr.write(f"{sentence}\n")
