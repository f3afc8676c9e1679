"""What each kind of update means, as a pure function of a plain dict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.incoming import (
    Dismiss,
    Heard,
    Meant,
    PointToPrivate,
    read,
    reference,
    referred,
)
from bot.events import Address, Chose, Commanded, Event, Left, Returned, Said, Sent, Thing

NOW = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
SAM = {"id": 41, "is_bot": False, "first_name": "Sam", "language_code": "de"}
ROOM = {"id": 41, "type": "private", "first_name": "Sam"}
GROUP = {"id": -100, "type": "supergroup", "title": "Friends"}


def meant(update: dict[str, Any]) -> Meant:
    """Read an update as the bot @AjarTestBot."""
    return read(update, "AjarTestBot", frozenset({"start", "menu"}), NOW)


def message(**content: Any) -> dict[str, Any]:
    """Make an update with one message of Sam's."""
    return {
        "update_id": 7,
        "message": {"message_id": 3, "date": 1777930000, "chat": ROOM, "from": SAM, **content},
    }


def event(update: dict[str, Any]) -> Event | None:
    """Give the event an update becomes, or None."""
    understood = meant(update)
    return understood.incoming.event if isinstance(understood, Heard) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Not really", Said("Not really")),
        ("/menu", Commanded("menu")),
        ("/Menu", Commanded("menu")),
        ("/menu@AjarTestBot", Commanded("menu")),
        ("/start now", Commanded("start", "now")),
        ("/start@AjarTestBot signs", Commanded("start", "signs")),
        ("/timezone  Europe/Berlin ", Commanded("timezone", "Europe/Berlin")),
        ("/", Said("/")),
        ("/shrug!", Said("/shrug!")),
        ("and/or", Said("and/or")),
        ("/ menu", Said("/ menu")),
    ],
)
def test_text_and_commands_are_told_apart(text: str, expected: Event) -> None:
    """A slash and a name is a command with its argument; everything else is what was said."""
    assert expected == event(message(text=text))


@pytest.mark.parametrize(
    ("content", "thing"),
    [
        ({"photo": [{}]}, Thing.PHOTO),
        ({"voice": {}}, Thing.VOICE),
        ({"audio": {}}, Thing.VOICE),
        ({"video_note": {}}, Thing.VIDEO),
        ({"video": {}}, Thing.VIDEO),
        ({"animation": {}, "document": {}}, Thing.VIDEO),
        ({"sticker": {}}, Thing.STICKER),
        ({"document": {}}, Thing.FILE),
        ({"contact": {}}, Thing.CONTACT),
        ({"location": {}}, Thing.LOCATION),
        ({"venue": {}, "location": {}}, Thing.LOCATION),
        ({"poll": {}}, Thing.OTHER),
        ({"dice": {}}, Thing.OTHER),
    ],
)
def test_things_are_named_and_keep_their_caption(content: dict[str, Any], thing: Thing) -> None:
    """Whatever is sent instead of words is named, and words that came with it are kept."""
    assert Sent(thing) == event(message(**content))
    assert Sent(thing, "look") == event(message(**content, caption="look"))


def test_forwarded_words_of_others_are_no_answer() -> None:
    """Words forwarded from somebody else are a thing; words forwarded from oneself are said."""
    other = {"type": "hidden_user", "sender_user_name": "Kim", "date": 1}
    own = {"type": "user", "sender_user": SAM, "date": 1}
    assert Sent(Thing.OTHER, "hi") == event(message(text="hi", forward_origin=other))
    assert Said("hi") == event(message(text="hi", forward_origin=own))


def test_edited_words_are_an_edit_and_moving_places_are_nothing() -> None:
    """An edited text is told as an edit; a live location that moves is not."""
    edited = message(text="often", edit_date=1777930060)["message"]
    heard = meant({"update_id": 8, "edited_message": edited})
    assert isinstance(heard, Heard)
    assert Sent(Thing.EDIT, "often") == heard.incoming.event
    assert datetime.fromtimestamp(1777930060, UTC) == heard.incoming.sent_at
    moved = message(location={}, edit_date=1777930060)["message"]
    assert meant({"update_id": 8, "edited_message": moved}) is None


def press(**changed: Any) -> dict[str, Any]:
    """Make an update with one pressed button."""
    query = {
        "id": "q1",
        "from": SAM,
        "data": "abcd.5.often",
        "message": {"message_id": 9, "date": 1, "chat": ROOM, "text": "?"},
    }
    return {"update_id": 9, "callback_query": query | changed}


def test_a_pressed_button_carries_token_message_and_query() -> None:
    """A pressed button is a choice; its message is named, a caption marked as such."""
    heard = meant(press())
    assert isinstance(heard, Heard)
    assert ("q1", Chose("abcd.5.often")) == (heard.query, heard.incoming.event)
    assert (NOW, "9") == (heard.incoming.sent_at, heard.incoming.message)
    pictured = press(message={"message_id": 9, "date": 1, "chat": ROOM, "photo": [{}]})
    heard = meant(pictured)
    assert isinstance(heard, Heard)
    assert "9m" == heard.incoming.message


def test_presses_that_are_not_ours_are_only_answered() -> None:
    """A press without data, without message or in a group is answered and nothing else."""
    grouped = {"message_id": 9, "date": 1, "chat": GROUP}
    for update in (press(data=""), press(message=None), press(message=grouped)):
        assert Dismiss("q1") == meant(update)


def test_blocking_and_unblocking_are_told() -> None:
    """Being blocked means that the person left, being unblocked that they are back."""

    def member(status: str, chat: dict[str, Any] = ROOM) -> Event | None:
        changed = {"chat": chat, "from": SAM, "date": 5, "new_chat_member": {"status": status}}
        return event({"update_id": 3, "my_chat_member": changed})

    assert Left() == member("kicked")
    assert Returned() == member("member")
    assert member("restricted") is None
    assert member("member", GROUP) is None


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("/menu@AjarTestBot", True),
        ("/anything@ajartestbot", True),
        ("/menu", True),
        ("/roll", False),
        ("/menu@OtherBot", False),
        ("hello @AjarTestBot", False),
        ("hello", False),
    ],
)
def test_groups_get_the_way_out_for_commands_meant_for_us(text: str, answered: bool) -> None:
    """PRV-12: in a group only a command meant for us is answered, never as an event."""
    expected = PointToPrivate(-100, "de") if answered else None
    assert expected == meant(message(chat=GROUP, text=text))


def test_bots_and_channels_are_not_answered() -> None:
    """Other bots, and posts without a sender, get nothing."""
    robot = SAM | {"is_bot": True}
    assert meant(message(chat=GROUP, text="/menu@AjarTestBot", **{"from": robot})) is None
    post = {"message_id": 1, "date": 1, "chat": GROUP, "text": "/menu@AjarTestBot"}
    assert meant({"update_id": 1, "message": post}) is None


def test_what_tells_of_something_else_gets_no_answer() -> None:
    """A pinned message, a changed timer and kinds of update we never asked for mean nothing."""
    assert meant(message(pinned_message={})) is None
    assert meant(message(message_auto_delete_timer_changed={})) is None
    assert meant({"update_id": 1, "poll": {}}) is None


def test_addresses_name_person_and_chat() -> None:
    """The address holds person and chat; the update's number is the event's."""
    heard = meant(message(text="hi", media_group_id="77"))
    assert isinstance(heard, Heard)
    assert Address("telegram", "41", "41") == heard.incoming.address
    assert ("7", "de", "77") == (heard.incoming.event_id, heard.incoming.locale, heard.album)


@given(st.text(st.characters(), max_size=5000))
def test_any_text_can_be_kept(text: str) -> None:
    """Any text, half surrogate pairs included, becomes an event whose words can be encoded."""
    got = event(message(text=text))
    words = got.text if isinstance(got, Said) else f"{got}"
    assert words.encode().decode() == words


def test_references_survive_being_written() -> None:
    """A message's reference is read back as it was written."""
    assert (12, False) == referred(reference(12, media=False))
    assert (12, True) == referred(reference(12, media=True))


@pytest.mark.parametrize(
    "update", [{"message": {"a": 1}}, {"message": 3}, {"callback_query": {"a": 1}}]
)
def test_what_is_no_update_is_refused(update: dict[str, Any]) -> None:
    """Something that is no update raises one of the errors the intake knows."""
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        meant(update)
