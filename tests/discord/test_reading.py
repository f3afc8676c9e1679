"""How Discord's raw objects are read; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import custom_ids, incoming
from adapters.discord.incoming import Asked, Astray, WantsToWrite
from bot.events import TEXT_LIMIT, Chose, Commanded, Said, Sent, Thing

WHEN = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NUMBER = str((int(WHEN.timestamp() * 1000) - incoming.EPOCH) << 22)


def written(**more: Any) -> dict[str, Any]:
    author = {"id": "7", "username": "sam"}
    return {"id": NUMBER, "channel_id": "9", "author": author, "content": "hello", "type": 0} | more


def used(kind: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": NUMBER,
        "application_id": "1",
        "type": kind,
        "token": "secret",
        "channel_id": "9",
        "context": 1,
        "user": {"id": "7"},
        "locale": "de",
        "data": data,
    } | more


def test_a_message_knows_its_time() -> None:
    """The time of sending is in the id, however late it is read."""
    found = incoming.message(written())

    assert found is not None
    assert (WHEN, Said("hello")) == (found.sent_at, found.event)


def test_a_time_has_its_smallest_id() -> None:
    """The id of an instant is that of no later message, and of none that is a moment earlier."""
    assert WHEN == incoming.moment(incoming.snowflake(WHEN))
    assert int(incoming.snowflake(WHEN)) <= int(NUMBER)
    assert int(incoming.snowflake(WHEN + timedelta(milliseconds=1))) > int(NUMBER)
    assert "0" == incoming.snowflake(datetime(1970, 1, 1, tzinfo=UTC))


def test_what_nobody_wrote_to_us_is_left_aside() -> None:
    """Bots, webhooks, servers, groups and Discord's own notices are no words of a person."""
    bot = {"id": "7", "username": "b", "bot": True}
    for raw in (
        written(author=bot),
        written(webhook_id="5"),
        written(guild_id="3"),
        written(channel_type=3),
        written(type=6),
        {},
        {"id": "x"},
    ):
        assert incoming.message(raw) is None


def test_things_by_their_kind() -> None:
    """Attachments are told apart by their type, voice messages by their flag."""

    def thing(flags: int = 0, **attachment: str) -> Any:
        found = incoming.message(written(content="", attachments=[attachment], flags=flags))
        return found and found.event

    assert Sent(Thing.PHOTO) == thing(content_type="image/webp")
    assert Sent(Thing.VIDEO) == thing(content_type="video/mp4")
    assert Sent(Thing.VOICE) == thing(content_type="audio/ogg")
    assert Sent(Thing.VOICE) == thing(flags=1 << 13)
    assert Sent(Thing.FILE) == thing(content_type="application/pdf")
    assert Sent(Thing.FILE) == thing()
    poll = incoming.message(written(content="", poll={}))
    assert poll is not None
    assert Sent(Thing.OTHER) == poll.event


def test_a_link_that_unfolds_is_no_correction() -> None:
    """Discord announces an update when it fetches a preview; only changed words count."""
    assert incoming.edited(written(edited_timestamp=None)) is None
    first = incoming.edited(written(edited_timestamp="2026-05-01T12:00:01+00:00"))
    second = incoming.edited(written(edited_timestamp="2026-05-01T12:00:02+00:00"))
    assert first is not None
    assert second is not None
    assert first.event_id != second.event_id


def test_long_words_are_cut() -> None:
    """No more is looked at than the core looks at."""
    found = incoming.message(written(content="x" * (TEXT_LIMIT + 9)))

    assert found is not None
    assert Said("x" * TEXT_LIMIT) == found.event


def test_buttons_and_selects_speak_for_themselves() -> None:
    """What a component means is all in its name and values."""

    def chose(custom: str, *values: str) -> Any:
        found = incoming.interaction(used(3, {"custom_id": custom, "values": list(values)}))
        return found.incoming.event if isinstance(found, Asked) else found

    assert Chose("abcd.1.a") == chose("abcd.1.a")
    assert Chose("abcd.1.a") == chose(custom_ids.listing(0), "abcd.1.a")
    assert Chose("d", ("x", "y")) == chose(custom_ids.pick("d"), "x", "y")
    assert Chose("d") == chose(custom_ids.pick("d"))
    assert isinstance(chose(custom_ids.write("t", 9)), WantsToWrite)
    assert chose("w:broken") is None
    assert chose(custom_ids.listing(0)) is None


def test_only_our_own_dm_is_private() -> None:
    """A command anywhere else carries no channel; a button anywhere else is only pointed home.
    Without a context nothing is taken for private."""
    for context in (0, 2, None):
        command = incoming.interaction(used(2, {"name": "menu"}, context=context))
        assert isinstance(command, Asked)
        assert not command.interaction.private
        assert "" == command.incoming.address.chat
        press = incoming.interaction(used(3, {"custom_id": "a.1.b"}, context=context))
        assert isinstance(press, Astray)


def test_commands_with_an_argument() -> None:
    """An option of a command is its argument."""
    found = incoming.interaction(used(2, {"name": "language", "options": [{"value": "es"}]}))

    assert isinstance(found, Asked)
    assert Commanded("language", "es") == found.incoming.event
    assert "de" == found.incoming.locale


def test_modals_of_any_client() -> None:
    """The words of a modal are found in a label and in the older kind of row."""
    field = {"custom_id": "words", "value": "I went quiet."}
    for part in ({"type": 18, "component": field}, {"type": 1, "components": [field]}):
        found = incoming.interaction(used(5, {"custom_id": "abcd.1.x", "components": [part]}))
        assert isinstance(found, Asked)
        assert Said("I went quiet.", "abcd.1.x") == found.incoming.event


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = ["id", "type", "token", "data", "user", "member", "author", "channel_id", "context"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*KEYS, "components", "attachments", "message"]), JSON))
def test_nonsense_is_never_an_error(raw: dict[str, Any]) -> None:
    """Whatever Discord sends, reading it gives an event or nothing."""
    for start in ({}, written(), used(2, {}), used(3, {}), used(5, {})):
        assert incoming.message({**start, **raw}) is not Ellipsis
        assert incoming.edited({**start, **raw}) is not Ellipsis
        assert incoming.interaction({**start, **raw}) is not Ellipsis
