"""Losing and finding the gateway: nothing recoverable is lost, nothing loops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from adapters.discord import incoming
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.gateway import Gateway
from bot.errors import AdapterStopped, Transient
from bot.events import Address, Said
from bot.ports import Waiting

from .conftest import Core, make_adapter, running
from .fake_discord import BOT_TOKEN, FakeDiscord
from .people import Person

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def asked_in(message: dict[str, Any], person: Person) -> Waiting:
    """Say that this message asked this person something."""
    return Waiting(Address("discord", person.id, person.dm.id), message["id"], LONG_AGO)


async def ended(run: Awaitable[None]) -> None:
    """Wait for a run to end by itself, and not for ever."""
    await asyncio.wait_for(run, 10)


async def test_only_private_messages_are_asked_for(fake: FakeDiscord, core: Core) -> None:
    """The one intent is DMs; none of the privileged ones is needed."""
    async with running(core, fake):
        pass

    assert [1 << 12] == [asked["intents"] for asked in fake.identified]
    assert 1 == core.readies


async def test_nothing_is_asked_for_and_nothing_cached(fake: FakeDiscord, core: Core) -> None:
    """No member lists and no presences are asked for, and neither messages nor members are kept in
    memory by the library."""
    sam = Person(fake)
    async with running(core, fake):
        await sam.types("hello")
        await core.until(lambda: core.heard)
    gateway = Gateway(fake.api_url, lambda _name, _data: None)

    assert fake.opcodes <= {1, 2}
    assert gateway._connection.max_messages is None
    assert gateway._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert {"parse": []} == gateway.allowed_mentions.to_dict()


async def test_the_connection_is_kept_alive(fake: FakeDiscord, core: Core) -> None:
    """Heartbeats go out at Discord's pace, and one more at once when Discord asks for it."""
    fake.heartbeat_every = 0.1
    async with running(core, fake):
        await fake.until(lambda: fake.heartbeats >= 2)
    fake.heartbeat_every = 3600.0
    fake.heartbeats = 0
    async with running(core, fake):
        await fake.say({"op": 1, "d": None})
        await fake.until(lambda: fake.heartbeats)

    assert [] == fake.resumed


@pytest.mark.parametrize("code", [1006, 4000])
async def test_a_dropped_connection_is_resumed(fake: FakeDiscord, core: Core, code: int) -> None:
    """After a drop the session is resumed where Discord said, and what was missed is replayed
    once."""
    sam = Person(fake)
    async with running(core, fake):
        await fake.hang_up(code)
        await sam.types("while you were away")
        await fake.until(lambda: fake.resumed)
        await sam.types("and after")
        await core.until(lambda: len(core.heard) == 2)

    assert [Said("while you were away"), Said("and after")] == [i.event for i in core.heard]
    assert 1 == len(fake.identified)


async def test_a_wish_to_reconnect_is_followed(fake: FakeDiscord, core: Core) -> None:
    """Opcode 7 is answered by resuming."""
    sam = Person(fake)
    async with running(core, fake):
        await fake.say({"op": 7, "d": None})
        await fake.until(lambda: fake.resumed)
        await sam.types("still here")
        await core.until(lambda: core.heard)

    assert 1 == len(fake.identified)


async def test_a_lost_session_ends_the_run(fake: FakeDiscord, core: Core) -> None:
    """A session that is gone is not replaced behind the supervisor's back: identifying is
    rationed."""
    task = asyncio.create_task(core.adapter.run(core.services()))
    await fake.listening()
    await fake.say({"op": 9, "d": False})
    with pytest.raises(Transient):
        await ended(task)

    assert 1 == len(fake.identified)


async def test_a_session_that_never_begins_is_not_asked_for_again(
    fake: FakeDiscord, core: Core
) -> None:
    """A gateway that turns every identify down is asked once in a run."""
    fake.invalidate_always = True
    with pytest.raises(Transient):
        await ended(core.adapter.run(core.services()))

    assert 1 == len(fake.identified)


async def test_messages_missed_while_away_are_read_back(fake: FakeDiscord, core: Core) -> None:
    """Whoever has an open question and wrote meanwhile is heard, in order, before what comes
    after; what the bot itself or others said is not."""
    sam, kim = Person(fake), Person(fake, "kim")
    asked = fake.world.create(sam.dm, {"content": "Which?"})
    await sam.types("first", heard=False)
    fake.world.create(sam.dm, {"content": "A reminder."})
    await sam.types("second", heard=False)
    await kim.types("nothing was asked", heard=False)
    core.people = [asked_in(asked, sam)]
    held = fake.hold("GET", "/channels/[0-9]+/messages")
    async with running(core, fake):
        await sam.types("third")
        await kim.types("meanwhile")
        await core.until(lambda: core.heard)
        held.set()
        await core.until(lambda: len(core.heard) == 4)

    assert [Said("meanwhile"), Said("first"), Said("second"), Said("third")] == [
        found.event for found in core.heard
    ]


async def test_without_its_message_a_question_is_read_back_by_time(
    fake: FakeDiscord, core: Core
) -> None:
    """Where it is not known which message asked, nor in which channel, what was written since the
    person was heard of last is read back, and nothing of long before."""
    sam = Person(fake)
    await sam.types("from another time", heard=False)
    sam.dm.messages[0]["id"] = incoming.snowflake(LONG_AGO)
    fake.world.create(sam.dm, {"content": "Which?"})
    await sam.types("an answer", heard=False)
    core.people = [Waiting(Address("discord", sam.id), "", datetime.now(UTC))]
    async with running(core, fake):
        await core.until(lambda: core.heard)
        await sam.types("and more")
        await core.until(lambda: len(core.heard) == 2)

    assert [Said("an answer"), Said("and more")] == [found.event for found in core.heard]
    assert [sam.id] == fake.world.opened


async def test_one_dm_that_cannot_be_read_back_does_not_hold_up_others(
    fake: FakeDiscord, core: Core
) -> None:
    """A refused history is left aside; everybody else's is read."""
    sam, kim = Person(fake), Person(fake, "kim")
    for person in (sam, kim):
        asked = fake.world.create(person.dm, {"content": "Which?"})
        core.people.append(asked_in(asked, person))
        await person.types("an answer", heard=False)
    fake.refuse("GET", f"/channels/{sam.dm.id}/messages", 403, 50001)
    async with running(core, fake):
        await core.until(lambda: core.heard)
        await sam.types("later")
        await core.until(lambda: len(core.heard) == 2)

    assert [kim.id, sam.id] == [found.address.account for found in core.heard]


async def test_a_refused_first_connection_is_a_lost_connection(
    fake: FakeDiscord, core: Core
) -> None:
    """A gateway that refuses the very first connection ends the run with a name, not with a slip
    of the library."""
    fake.refuse_gateway = 1
    with pytest.raises(Transient):
        await ended(core.adapter.run(core.services()))

    assert [] == fake.identified


async def test_a_gateway_that_drops_everybody_is_not_stormed(fake: FakeDiscord, core: Core) -> None:
    """Reconnections that follow each other closely are spaced out more and more."""
    async with running(core, fake):
        started = asyncio.get_running_loop().time()
        for count in range(1, 4):
            await fake.hang_up(4000)
            await fake.until(lambda expected=count: len(fake.resumed) == expected)
        took = asyncio.get_running_loop().time() - started

    assert took >= 3.0
    assert 4 == fake.connects


async def test_an_event_without_sense_ends_only_the_session(fake: FakeDiscord, core: Core) -> None:
    """An event that breaks the library ends the run; what came before is kept, and the next run
    goes on."""
    sam = Person(fake)
    task = asyncio.create_task(core.adapter.run(core.services()))
    await fake.listening()
    await sam.types("before")
    await fake.say('{"op": 0, "t": "MESSAGE_CREATE", "s": 99, "d": {"id": "x"}}')
    with pytest.raises(Transient):
        await ended(task)
    async with running(core, fake):
        await sam.types("after")
        await core.until(lambda: len(core.heard) == 2)

    assert [Said("before"), Said("after")] == [found.event for found in core.heard]


async def test_a_wrong_token_stops_the_adapter(fake: FakeDiscord) -> None:
    """A refused token is one sentence for the operator, without the token."""
    adapter = make_adapter(fake, "wrong.token.altogether")
    with pytest.raises(AdapterStopped) as raised:
        await ended(adapter.run(Core(adapter).services()))
    await adapter.close()

    assert "DISCORD_TOKEN" in str(raised.value)
    assert "altogether" not in str(raised.value)


@pytest.mark.parametrize("code", [4004, 4011, 4012, 4013, 4014])
async def test_fatal_closings_stop_the_adapter(fake: FakeDiscord, core: Core, code: int) -> None:
    """After a close code that will only come again, the adapter stops with a sentence."""
    fake.close_on_identify = code
    with pytest.raises(AdapterStopped) as raised:
        await ended(core.adapter.run(core.services()))

    assert str(raised.value).endswith(".")
    assert 1 == len(fake.identified)


async def test_a_token_revoked_while_running_stops_the_adapter(
    fake: FakeDiscord, core: Core
) -> None:
    """When Discord closes a session that was going well because the token no longer holds, it is
    not connected to again."""
    task = asyncio.create_task(core.adapter.run(core.services()))
    await fake.listening()
    await fake.hang_up(4004)
    with pytest.raises(AdapterStopped) as raised:
        await ended(task)

    assert "DISCORD_TOKEN" in str(raised.value)
    assert 1 == fake.connects


@pytest.mark.parametrize("broken", ["503", "reset"])
async def test_trouble_at_login_is_a_lost_connection(
    fake: FakeDiscord, core: Core, broken: str
) -> None:
    """A 503 or a reset connection at login is tried again later by the supervisor."""
    if broken == "503":
        fake.refuse("GET", "/users/@me", 503)
    else:
        fake.drop("GET", "/users/@me", times=5)  # the HTTP client itself tries once more
    with pytest.raises(Transient):
        await ended(core.adapter.run(core.services()))
    fake.faults.clear()
    async with running(core, fake):
        pass

    assert 1 == core.readies


async def test_a_gateway_that_is_not_there_is_a_lost_connection(fake: FakeDiscord) -> None:
    """A refused TCP connection to the gateway ends the run with a name as well."""
    nowhere = DiscordAdapter(BOT_TOKEN, api_url=fake.api_url, gateway_url="ws://127.0.0.1:9")
    with pytest.raises(Transient):
        await ended(nowhere.run(Core(nowhere).services()))
    await nowhere.close()


async def test_a_wrong_address_stops_the_adapter(fake: FakeDiscord) -> None:
    """An address that is not Discord's is said by its setting's name."""
    adapter = make_adapter(fake)
    fake.refuse("GET", "/users/@me", 404)
    with pytest.raises(AdapterStopped) as raised:
        await ended(adapter.run(Core(adapter).services()))
    await adapter.close()

    assert "DISCORD_API_URL" in str(raised.value)


async def test_sending_goes_on_when_the_intake_has_stopped(fake: FakeDiscord, core: Core) -> None:
    """After `run` is cancelled replies still go out, until `close`."""
    from bot.replies import Reply, Span

    sam = Person(fake)
    async with running(core, fake):
        pass
    await core.send(sam.id, Reply((Span("One more thing."),)))

    assert sam.sees("One more thing.")
    assert fake.session is None


async def test_an_address_of_the_operators_own_serves_every_connection(fake: FakeDiscord) -> None:
    """With DISCORD_GATEWAY_URL set, resuming goes there as well."""
    adapter = DiscordAdapter(BOT_TOKEN, api_url=fake.api_url, gateway_url=fake.gateway_url)
    core = Core(adapter)
    async with running(core, fake):
        await fake.hang_up(4000)
        await fake.until(lambda: fake.resumed)
    await adapter.close()

    assert 1 == len(fake.identified)
