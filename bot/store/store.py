"""The store: the way into the database for everything outside `bot/store`.

Owns the running connection, its writer and the work in its background. Every method is one hop into
the writer; what happens inside is in the modules beside this one.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.engine.effects import SetTimer
from bot.errors import StoreError
from bot.events import Address, Incoming
from bot.flows.library import Library
from bot.ports import Receipt, Waiting
from bot.store import (
    backup,
    counters,
    erase,
    export,
    filed,
    notebook,
    notes,
    opening,
    outbox,
    people,
    references,
    timers,
    written,
)
from bot.store import turns as turning
from bot.store.checkpoints import Checkpoints
from bot.store.connection import OneHop, Transaction
from bot.store.outbox import Lane, Outgoing
from bot.store.ringing import Ringer, ring
from bot.store.turns import Desk, Engine, Taken
from bot.store.vault import WrongKey
from bot.store.wiping import Wiping
from bot.store.writer import Writer

__all__ = ["Lane", "Outgoing", "Store", "Taken"]

RUNG = 64
"""Timers in one commit at most: who comes while it is being synced has to wait for all of it."""

FRESH_KEPT = 1000
"""Lanes whose replies are kept at hand between their commit and their first reading."""


def _say_nothing(_: str) -> None:
    return


class Store:
    """One open database. Make one with `open`, and `close` it."""

    def __init__(
        self,
        path: Path,
        connection: OneHop,
        writer: Writer,
        desk: Desk,
        now: Callable[[], datetime],
        notice: Callable[[str], None],
    ) -> None:
        self.path = path
        self._connection = connection
        self._writer = writer
        self._desk = desk
        self._now = now
        self._notice = notice
        self._checkpoints = Checkpoints(path, writer)
        self._fresh: dict[int, list[Outgoing]] = {}
        self._wiping = Wiping(path.parent, writer, notice)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        key: str | None,
        now: Callable[[], datetime],
        notice: Callable[[str], None] = _say_nothing,
        engine: Engine = turning.ENGINE,
        transaction: Callable[[sqlite3.Connection], Transaction] = Transaction,
    ) -> Store:
        """Open the database that `url` names, or make a new one where there is none.

        `key` is the value of `AJAR_KEY`, or None for the key file beside the database. `notice`
        gets a sentence for the operator when a new key was made, and when an erase cannot be
        finished because another program reads the database. Raises `StoreError` with one sentence;
        nothing was changed on disk then.
        """
        path = opening.place(url)
        vaults: list[opening.Opened] = []

        def connector() -> sqlite3.Connection:
            opened = opening.prepare(path, key, notice)
            vaults.append(opened)
            return opened.connection

        connection = await OneHop.opened(connector)
        try:
            desk = Desk(vaults[0].vault, engine)
            writer = Writer(connection, transaction)
            store = cls(path, connection, writer, desk, now, notice)
            await store._settle()
        except BaseException:
            await connection.close()
            raise
        return store

    async def close(self) -> None:
        """Finish what was handed over, and close."""
        await self._wiping.close()
        await self._writer.finish()
        await self._checkpoints.close()
        await self._connection.close()
        self._checkpoints.let_go()

    async def _settle(self) -> None:
        """Finish what a kill or a restored backup left undone."""
        folder, now, vault = self.path.parent, self._now(), self._desk.vault
        returned = await self._writer.do(lambda tx: erase.again(tx, vault, folder, now))
        unfiled = await self._writer.do(lambda tx: erase.unfiled(tx, folder))
        if returned:
            self._notice(
                f"The database was restored from a backup: {returned} erased before were erased "
                "again."
            )
        self._wiping.begin(unfiled)  # an erase just before a kill may still stand in the log

    # The turn

    async def turn(self, incoming: Incoming, library: Library, rng: random.Random) -> Taken:
        """Take the turn of one event: exactly once, durable on return. Raises only `StoreError`."""
        now, desk = self._now(), self._desk
        try:
            taken = await self._writer.do(
                lambda tx: turning.take(tx, desk, library, incoming, now, rng), brief=True
            )
        except Exception as problem:
            if _of_the_database(problem):
                raise
            error, language = turning.mistake(problem)  # a mistake of ours: filed, and told
            return await self._writer.do(
                lambda tx: turning.fail(tx, desk, library, incoming, now, error, language)
            )
        self._note(taken)
        return taken

    def _note(self, taken: Taken) -> None:
        """Note what follows from a committed turn."""
        if taken.person is not None:
            self._fresh.pop(taken.person, None)
            if taken.rows:
                if len(self._fresh) >= FRESH_KEPT:
                    self._fresh.pop(next(iter(self._fresh)))
                self._fresh[taken.person] = list(taken.rows)
        if taken.tombstone is not None:
            self._wiping.begin([taken.tombstone])

    async def claim(self, library: Library, rng: random.Random, limit: int = 500) -> list[int]:
        """Take the turns of timers that are due, and give the lanes to wake.

        A few dozen share a job, which can wait and ends early when people write.
        """
        ringer = Ringer(self._desk, library, self._now(), rng)
        lanes: dict[int, None] = {}
        while limit > 0:
            work = partial(
                ring, ringer=ringer, limit=min(limit, RUNG), hurried=self._writer.hurried
            )
            rung = await self._writer.do(work, can_wait=True)
            for taken in rung:
                if taken is not None:
                    self._note(taken)
                    if taken.sends and taken.person:
                        lanes[taken.person] = None
            if not rung:
                break
            limit -= len(rung)
        return list(lanes)

    async def next_due(self) -> datetime | None:
        """Give the instant of the earliest timer, or None."""
        return await self._writer.do(timers.next_due)

    async def set_timer(self, person: int, timer: SetTimer) -> None:
        """Set a timer for a person from outside a turn (a retention notice). Nobody: nothing."""

        def work(tx: Transaction) -> None:
            found = people.load(tx, self._desk.vault, person)
            if found is not None:
                timers.put(tx, self._desk.vault, found, timer)

        await self._writer.do(work)

    async def wake_all(self, kind: str, after: datetime) -> int:
        """Set a timer of this kind, soon, for everybody who has one later than `after`, a few
        hundred a second; give how many were set (who has several may be counted twice)."""
        now, vault = self._now(), self._desk.vault
        place: timers.Place | None = timers.Place(written.micros(after))
        woken = 0
        while place is not None:
            woken = place.woken
            place = await self._writer.do(
                partial(timers.wake, vault=vault, kind=kind, place=place, now=now), can_wait=True
            )
        return woken

    # The outbox

    async def lanes(self) -> list[Lane]:
        """Give everyone who has replies waiting (at start-up)."""
        return await self._writer.do(outbox.lanes)

    async def outgoing(self, person: int, limit: int = 20) -> list[Outgoing]:
        """Give the first replies of a lane, in order; empty when nothing waits."""
        fresh = self._fresh.pop(person, [])
        if fresh and len(fresh) <= limit:
            return fresh
        vault = self._desk.vault
        return await self._writer.do(lambda tx: outbox.outgoing(tx, vault, person, limit))

    async def delivered(self, sent: Outgoing, receipt: Receipt) -> None:
        """Take a delivered reply out, and keep what was learnt by delivering it."""
        vault, now = self._desk.vault, self._now()
        await self._writer.do(
            lambda tx: outbox.delivered(tx, vault, sent, receipt, now), brief=True
        )

    async def sending(self, sent: Outgoing) -> bool:
        """Note that an attempt begins; False if the reply is not there any more. Needed only for
        what must rather be lost than come twice: a reminder."""
        return await self._writer.do(lambda tx: outbox.sending(tx, sent), brief=True)

    async def postponed(self, sent: Outgoing, until: datetime) -> None:
        """Keep a reply for another attempt, not before `until`."""
        await self._writer.do(lambda tx: outbox.postponed(tx, sent, until))

    async def dropped(self, sent: Outgoing, reason: str) -> None:
        """Take out a reply that will never be delivered; counted as `dropped.<reason>`. The engine
        hears of a lost reminder: nobody has left it unanswered."""
        now, vault = self._now(), self._desk.vault

        def work(tx: Transaction) -> None:
            if outbox.dropped(tx, sent):
                counters.add(tx, f"dropped.{reason}", 1, now)
                if sent.tag and outbox.reminds(sent):
                    timers.undelivered(tx, vault, sent.person, sent.tag, now)

        await self._writer.do(work)

    async def unreachable(self, person: int) -> None:
        """Note that a person is gone: what waits is dropped; nothing is sent until they write."""
        now, vault = self._now(), self._desk.vault
        self._fresh.pop(person, None)

        def work(tx: Transaction) -> None:
            tx.run("UPDATE people SET reachable = 0 WHERE id = ?", person)
            tag = tx.one("SELECT tag FROM people WHERE id = ?", person)
            if dropped := outbox.drop_all(tx, person):
                counters.add(tx, "dropped.gone", dropped, now)
                if tag is not None:
                    timers.undelivered(tx, vault, person, tag[0], now)

        await self._writer.do(work)

    # Small things

    async def note(self, name: str) -> str | None:
        """Give an adapter's note, or None."""
        vault = self._desk.vault
        return await self._writer.do(lambda tx: notes.get(tx, vault, name))

    async def put_note(self, name: str, value: str) -> None:
        """Keep an adapter's note."""
        vault = self._desk.vault
        await self._writer.do(lambda tx: notes.put(tx, vault, name, value))

    async def waiting(self, platform: str, at_most: int) -> list[Waiting]:
        """Give people with an open question and the message that asked it, latest contact first."""
        vault = self._desk.vault

        def work(tx: Transaction) -> list[Waiting]:
            return [
                Waiting(
                    p.address,
                    outbox.message(tx, vault, p.id, p.tag, asked) or "",
                    datetime.fromtimestamp(p.conversation.last_contact, UTC),
                )
                for p, asked in people.waiting(tx, vault, platform, at_most)
            ]

        return await self._writer.do(work)

    async def find(self, address: Address) -> int | None:
        """Give the person at an address, or None."""
        vault = self._desk.vault

        def work(tx: Transaction) -> int | None:
            found = people.find(tx, vault, address)
            return found.id if found else None

        return await self._writer.do(work)

    async def export(self, person: int) -> dict[str, list[dict[str, Any]]]:
        """Give everything kept about a person: rows by table, opened."""
        vault = self._desk.vault
        return await self._writer.do(lambda tx: export.everything(tx, vault, person))

    async def inactive(self, before: datetime, limit: int = 500) -> list[int]:
        """Give people not heard of since `before` (to the hour), the longest silent first."""
        return await self._writer.do(lambda tx: people.inactive(tx, before, limit))

    async def count(self, name: str, by: int = 1) -> None:
        """Add to a counter of the operator."""
        now = self._now()
        await self._writer.do(lambda tx: counters.add(tx, name, by, now))

    async def counters(self) -> dict[str, int]:
        """Give every counter's sum over the last year."""
        return await self._writer.do(counters.totals)

    # Letting go

    async def prune(self) -> None:
        """Delete what has had its time: events seen or failed, drafts, where old messages stand,
        old counters."""
        now = self._now()
        for bounds in filed.slices():
            await self._writer.do(partial(filed.prune, now=now, bounds=bounds), can_wait=True)
        await self._writer.do(lambda tx: notebook.prune(tx, now))
        await self._writer.do(lambda tx: references.prune(tx, now))
        await self._writer.do(lambda tx: counters.prune(tx, now))

    async def erase(self, person: int) -> bool:
        """Erase a person from outside a turn; False where there is none."""
        now, vault = self._now(), self._desk.vault

        def work(tx: Transaction) -> bytes | None:
            row = tx.one("SELECT tag FROM people WHERE id = ?", person)
            return erase.erase(tx, vault, person, row[0], now) if row else None

        mark = await self._writer.do(work)
        self._fresh.pop(person, None)
        if mark is None:
            return False
        self._wiping.begin([mark])
        return True

    async def backup(self, target: Path) -> int:
        """Copy the database to a new file while everything goes on, prove the copy, and give the
        number of people in it. The key is not in it: keep both, apart."""
        proves = self._desk.vault.proves
        return await asyncio.to_thread(backup.copy, self.path, target, proves)

    async def checkpoint(self) -> None:
        """Move the write-ahead log into the database and cut it, if nobody reads it just now."""
        await self._writer.outside(erase.wipe)

    async def wiped(self) -> None:
        """Wait until every erase so far is finished down to the last byte."""
        await self._wiping.done()


def _of_the_database(problem: Exception) -> bool:
    """Whether nothing can be written just now. A single row that does not open is not that: its
    event would come again and again."""
    return isinstance(problem, StoreError) and not isinstance(problem, WrongKey)
