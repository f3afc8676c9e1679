"""Commands, the ration of sessions, the doctor, and what is never logged."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from adapters.discord import doctor, sessions
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.house import BUILT_IN
from bot.errors import Transient
from bot.ports import Phrases, Services, Waiting
from bot.replies import Reply, Span

from .conftest import Core, make_adapter, running
from .fake_discord import BOT_TOKEN, FakeDiscord
from .people import Person
from .world import SERVER

ROOT = Path(__file__).resolve().parents[2]

PUBLISHED = "/applications/[0-9]+/commands"


async def test_commands_are_published_when_they_change(fake: FakeDiscord, core: Core) -> None:
    """The list goes to Discord once, not with every start, and again when it is another."""
    async with running(core, fake):
        pass
    async with running(core, fake):
        pass
    assert 1 == len(fake.called("PUT", PUBLISHED))
    core.kept["discord-commands"] = "another"
    async with running(core, fake):
        pass

    assert 2 == len(fake.called("PUT", PUBLISHED))
    assert ["start", "menu"] == [one["name"] for one in fake.commands]


async def test_refused_commands_do_not_stop_the_conversation(fake: FakeDiscord, core: Core) -> None:
    """A list that Discord does not take is tried again at the next connection."""
    sam = Person(fake)
    fake.refuse("PUT", PUBLISHED, 400, 50035)
    async with running(core, fake):
        await sam.types("hello")
        await core.until(lambda: core.heard)
    assert {} == core.kept
    async with running(core, fake):
        pass

    assert 2 == len(fake.called("PUT", PUBLISHED))


async def test_without_content_there_are_still_words(fake: FakeDiscord) -> None:
    """When the content cannot be read, people are still shown the way, and the commands that are
    published stay."""

    async def nobody(_platform: str, _at_most: int) -> list[Waiting]:
        return []

    sam = Person(fake)
    adapter = make_adapter(fake)
    core = Core(adapter)
    core.bare = Services(core.receive, core, Phrases({"en": {}}, {}), nobody)
    async with running(core, fake):
        used = await sam.commands("crisis", SERVER)
        await fake.until(lambda: used.answers)
    await adapter.close()

    assert BUILT_IN["discord-over-here"] == used.answers[0]["data"]["content"]
    assert [] == fake.called("PUT", PUBLISHED)


def test_the_last_words_are_those_of_the_content() -> None:
    """Every word of last resort has a written one."""
    written = (ROOT / "content" / "en" / "house" / "discord.yaml").read_text(encoding="utf-8")

    assert [] == [key for key in BUILT_IN if f"\n  {key}: " not in written]


@pytest.mark.parametrize(
    ("remaining", "expected"),
    [(1000, 0), (501, 0), (500, 28.8), (100, 144), (1, 14400), (0, 14400)],
)
def test_the_ration_of_sessions_is_shared_out(remaining: int, expected: float) -> None:
    """While more than half of the day's sessions are left there is no wait; then what is left is
    spread over the rest of the day; none left means waiting until it is over."""
    limit = sessions.Limit("", 1000, remaining, 14_400)

    assert expected == pytest.approx(limit.pause())


async def test_two_sessions_are_never_close_together() -> None:
    """A second session begins some seconds after the first at the earliest; a later one at
    once."""
    pauses = sessions.Sessions(apart=0.2)
    limit = sessions.Limit("", 1000, 1000, 0)
    began = asyncio.get_running_loop().time()
    await pauses.may_begin(limit)
    at_once = asyncio.get_running_loop().time() - began
    await pauses.may_begin(limit)
    spaced = asyncio.get_running_loop().time() - began

    assert at_once < 0.1
    assert spaced >= 0.2


async def test_the_doctor_finds_nothing_wrong(fake: FakeDiscord) -> None:
    """With all well the doctor says so, names the addresses to install, and opens no session."""
    lines = await doctor.diagnose(BOT_TOKEN, fake.api_url, fake.gateway_url)

    assert [] == [line for line in lines if line.startswith(doctor.PROBLEM)]
    assert [] == fake.identified
    links = "\n".join(lines)
    assert f"client_id={fake.world.application}" in links
    assert "scope=bot+applications.commands" in links
    assert "integration_type=1" in links
    assert BOT_TOKEN not in links


async def test_the_doctor_finds_what_is_wrong(fake: FakeDiscord) -> None:
    """A refused token, a portal set up otherwise, few sessions and a deaf gateway are each said."""
    wrong = await doctor.diagnose("wrong.token.altogether", fake.api_url)
    fake.about = {"interactions_endpoint_url": "https://x.example", "integration_types_config": {}}
    fake.session_limit["remaining"] = 3
    portal = await doctor.diagnose(BOT_TOKEN, fake.api_url)
    fake.refuse_gateway = 1
    deaf = await doctor.diagnose(BOT_TOKEN, fake.api_url)

    assert 1 == len(wrong)
    assert wrong[0].startswith(doctor.PROBLEM)
    assert "DISCORD_TOKEN" in wrong[0]
    found = "\n".join(line for line in portal if line.startswith(doctor.PROBLEM))
    assert all(word in found for word in ("Endpoint", "User Install", "3 of 1000"))
    assert any("gateway does not answer" in line for line in deaf)


async def test_good_and_bad_leave_nothing_private_in_the_log(fake: FakeDiscord, core: Core) -> None:
    """Through refusals, cut connections, a broken database and nonsense, the check over all tests
    of this folder finds no token, word or id in a line."""
    sam = Person(fake)
    task = asyncio.create_task(core.adapter.run(core.services()))
    try:
        await fake.listening()
        await sam.types("my own words")
        await core.until(lambda: core.heard)
        await core.send(sam.id, Reply((Span("This is an answer."),)))
        fake.refuse("POST", "/interactions/.*", 404, 10062)
        await sam.commands("menu", SERVER)
        await core.until(lambda: len(core.heard) == 2)
        fake.drop("POST", "/channels/[0-9]+/messages")
        with pytest.raises(Transient):
            await core.send(sam.id, Reply((Span("This is another."),)))
        core.broken = True
        await sam.types("some more words")
        await fake.say("nonsense")
        with pytest.raises(Transient):
            await task
    finally:
        task.cancel()


async def test_two_adapters_keep_their_addresses(fake: FakeDiscord) -> None:
    """Pointing one adapter elsewhere changes nothing for another, nor for the library."""
    from discord.http import Route

    before = Route.BASE
    adapter = make_adapter(fake)
    core = Core(adapter)
    other = DiscordAdapter(BOT_TOKEN)
    async with running(core, fake):
        assert before == Route.BASE
    await adapter.close()
    await other.close()
