"""What the operator sees of the reminders to come."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.plan import plan
from bot.engine.forecast import coming
from bot.errors import StoreError
from bot.events import Address, Chose, Commanded, Incoming
from bot.flows.library import Library
from bot.ports import Receipt
from bot.settings import Settings
from bot.store.store import Store
from bot.testing import Player

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "22" * 32


async def populate(url: str, library: Library, people: int) -> None:
    """Let some people choose 18:00 in Lisbon, and one pause."""
    store = await Store.open(url, key=KEY, now=lambda: NOW)
    rng, events = random.Random(1), 0

    async def happens(account: str, event: Chose | Commanded) -> list[str]:
        nonlocal events
        events += 1
        where = Address("telegram", account, account)
        taken = await store.turn(Incoming(f"e{events}", where, event, NOW), library, rng)
        tokens: list[str] = []
        while rows := await store.outgoing(taken.person or 0):
            for row in rows:
                tokens += [choice.token for choice in row.delivery.reply.choices]
                await store.delivered(row, Receipt("1"))
        return tokens

    for account in map(str, range(people)):
        await happens(account, Commanded("start"))
        await happens(account, Commanded("reminders", "18:00"))
        asked = await happens(account, Commanded("timezone", "Lisbon"))
        await happens(account, Chose(next(t for t in asked if t.endswith(".zone-yes"))))
    await happens("0", Commanded("pause", "a week"))
    await store.close()


async def test_the_plan_counts_by_kind_and_hour_and_names_nobody(
    tmp_path: Path, shipped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REM-35: two evenings ahead, six people who are not paused, no zone, no name, no words."""
    url = f"sqlite:///{tmp_path / 'ajar.db'}"
    await populate(url, shipped, 7)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("AJAR_KEY", KEY)
    said: list[str] = []
    plan(Settings.read(), 48, NOW, said.append)
    assert "Reminders planned for the next 48 hours (UTC): 12" == said[0]
    assert ["2026-03-02 18:00", "2026-03-03 18:00"] == [line[:16] for line in said[2:]]
    assert [["6", "0", "0", "0"]] * 2 == [line.split()[2:] for line in said[2:]]


async def test_a_figure_never_stands_for_a_few_people(
    tmp_path: Path, shipped: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRV-10: between nobody and five no figure is shown, in no cell and in no sum."""
    url = f"sqlite:///{tmp_path / 'ajar.db'}"
    await populate(url, shipped, 3)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("AJAR_KEY", KEY)
    said: list[str] = []
    plan(Settings.read(), 48, NOW, said.append)
    assert "Reminders planned for the next 48 hours (UTC): <5" == said[0]
    assert [["<5", "0", "0", "0"]] * 2 == [line.split()[2:] for line in said[2:]]


def test_the_plan_of_a_database_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """REM-35: no new database is made by looking for one."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    monkeypatch.setenv("AJAR_KEY", KEY)
    with pytest.raises(StoreError, match="There is no database"):
        plan(Settings.read(), 48, NOW, print)
    assert [] == list(tmp_path.iterdir())


def test_what_is_planned_is_what_comes(shipped: Library) -> None:
    """REM-7 and REM-35: the look ahead names the very instants at which a week of reminders then
    comes to somebody who answers."""
    player = Player(shipped)
    player.talk.settings["welcomed"] = True
    player.send("/reminders").send("between 9 and 12").send("Lisbon").tap("Yes, that's right")
    start = player.clock()
    found = [at for _, at in coming(player.talk.settings, start, start + timedelta(days=7))]
    came = []
    for _ in found:
        due = min(timer.due for timer in player.timers.values())
        player.wait(due - player.clock()).tap("3")
        came.append(due)
    assert len(found) == 7
    assert found == came


def test_whoever_chose_nothing_is_in_no_plan() -> None:
    """REM-8 and REM-35: no setting, no row."""
    assert [] == list(coming({}, NOW, NOW + timedelta(days=2)))
