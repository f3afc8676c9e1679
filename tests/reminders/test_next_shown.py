"""Whatever a person says and taps, the next time shown is the next time sent, and no date twice."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.conversation import Consent, load, save
from bot.engine.local_time import local_date, zone
from bot.engine.reminder_book import SETTING
from bot.engine.schedule import Kind, Memory, Sent
from bot.engine.schedule_codec import read
from bot.engine.turn import take_turn
from bot.engine.when import moment
from bot.events import Commanded
from bot.flows.library import Library
from bot.flows.loading import load as load_content
from bot.replies import plain
from bot.testing import Player

ROOT = Path(__file__).resolve().parents[2]
BUSY = timedelta(minutes=11)
"""Who wrote within this time may be asked a little later than shown."""

DOES = st.one_of(
    st.just("next"),
    st.just("next"),
    st.sampled_from(["1", "5"]),
    st.sampled_from(
        ["/checkin", "skip", "/menu", "/pause 2 days", "/resume", "/reminders", "/stop"]
    ),
    st.sampled_from(["/reminders 10:00", "/reminders 13:30", "/reminders 20:15"]),
    st.sampled_from(["/timezone Tokyo", "/timezone Honolulu", "/timezone Auckland"]),
    st.sampled_from(["tap Not today", "tap Later", "tap Half an hour", "tap Tomorrow"]),
    st.integers(1, 40).map(lambda hours: f"wait {hours}"),
)


@cache
def content() -> Library:
    """Give the shipped content (no fixture, whose many words a failure would print)."""
    return load_content(ROOT / "content")


def last(player: Player) -> dict[Kind, Sent]:
    """Give the last reminder sent of each kind."""
    return dict(memory(player).last)


def memory(player: Player) -> Memory:
    """Read the person's memory of reminders."""
    return read(player.talk.settings[SETTING])[1]


def shown(player: Player) -> str:
    """Give the next time that `/reminders` would show just now, without asking for it."""
    turn = take_turn(
        player.library, load(save(player.talk)), Commanded("reminders"), player.clock(), player.rng
    )
    found = re.search("Next: (.*)", "\n".join(plain(reply.text) for reply in turn.replies))
    return found[1] if found else ""


def does(player: Player, what: str) -> None:
    """Let the person do one thing, or time pass."""
    if what.startswith("wait "):
        player.wait(timedelta(hours=int(what[5:])))
    elif what == "next":
        if player.timers:
            due = min(timer.due for timer in player.timers.values())
            player.wait(max(timedelta(0), due - player.clock()))
    elif what.startswith("tap "):
        if what[4:] in player.labels():
            player.tap(what[4:])
    else:
        player.send(what)
        if "Yes, that's right" in player.labels():
            player.tap("Yes, that's right")


@given(st.lists(DOES, min_size=4, max_size=14), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_next_time_shown_is_the_next_time_sent(deeds: list[str], nudged: bool) -> None:
    """REM-4, REM-7, REM-26 and REM-27, through the whole engine: through check-ins, hard answers,
    moves, pauses, other times, putting off and stopping, what `/reminders` shows is when the next
    one comes, and no kind comes twice on a local date unless it was put off."""
    shipped = content()
    player = Player(shipped)
    player.talk.settings["welcomed"] = True
    player.talk.consent = Consent("words", "1", 0)
    player.send("/reminders").tap("In the morning (09:00)").send("Lisbon")
    player.tap("Yes, that's right")
    if nudged:
        player.send("/reminders").tap("A small practice: off").tap("In the evening (17:00)")
    for what in deeds:
        before, then, expected = last(player), player.clock(), shown(player)
        heard = then.timestamp() - player.talk.last_contact
        told = memory(player)
        does(player, what)
        rested = player.clock() - then + timedelta(seconds=heard) >= BUSY
        if expected and what == "next" and rested and told.asked is None and not told.unanswered:
            assert last(player) != before, expected
        for kind, sent in last(player).items():
            old = before.get(kind)
            if sent == old:
                continue
            where = zone(sent.zone)
            if old is not None and what == "next" and not sent.item.snoozes:
                assert local_date(zone(old.zone), old.at) < local_date(where, sent.at)
            if expected and what == "next" and rested:
                assert expected == moment(shipped.house("en"), where, sent.at)
