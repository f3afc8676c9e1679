"""How a schedule and its memory are written down: one JSON object, and back.

Owns the written form and its version. Knows nothing of what the values mean.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.engine.schedule import (
    Item,
    Kind,
    Memory,
    Offer,
    Pause,
    Quiet,
    Rhythm,
    Schedule,
    Sent,
    Slot,
    Travel,
    Wanted,
    Wording,
)

VERSION = 1

_KINDS = {kind.value: kind for kind in Kind}
_WORDINGS = {wording.value: wording for wording in Wording}
_OFFERS = {offer.value: offer for offer in Offer}
"""Looked up here, since an enum takes several times as long to find its own."""


def write(schedule: Schedule, memory: Memory) -> dict[str, Any]:
    """Give both as one JSON object (instants as Unix seconds, dates as YYYY-MM-DD)."""
    s, m = schedule, memory
    return {
        "version": VERSION,
        "seed": s.seed,
        "zone": s.zone,
        "travel": [s.travel.zone, s.travel.until.isoformat()] if s.travel else None,
        "quiet": [s.quiet.start, s.quiet.end],
        "kinds": {str(kind): _rhythm_out(rhythm) for kind, rhythm in s.kinds.items()},
        "wording": str(s.wording),
        "again": s.again,
        "pause": [_day_out(s.pause.until)] if s.pause else None,
        "memory": {
            "planned": {name: _item_out(item) for name, item in m.planned.items()},
            "last": {
                str(kind): [_item_out(sent.item), _out(sent.at), sent.zone]
                for kind, sent in m.last.items()
            },
            "let_be": {str(kind): day.isoformat() for kind, day in m.let_be.items()},
            "asked": _day_out(m.asked),
            "unanswered": m.unanswered,
            "offer": str(m.offer),
            "low": _out(m.low) if m.low else None,
            "soft": m.soft,
            "unreachable": m.unreachable,
            "done": [day.isoformat() for day in m.done],
            "counts": dict(m.counts),
            "doing": _day_out(m.doing),
            "turns": [[turn, day.isoformat()] for turn, day in m.turns.items()],
            "wanted": {
                name: [_out(w.since), w.days, w.hours, w.minute] for name, w in m.wanted.items()
            },
        },
    }


def read(data: dict[str, Any]) -> tuple[Schedule, Memory]:
    """Read both back.

    Raises `ValueError` if they were written by a newer version of Ajar.
    """
    if data["version"] > VERSION:
        raise ValueError(f"These reminders have form {data['version']}; Ajar here reads {VERSION}.")
    schedule = Schedule(
        seed=data["seed"],
        zone=data["zone"],
        travel=Travel(data["travel"][0], date.fromisoformat(data["travel"][1]))
        if data["travel"]
        else None,
        quiet=Quiet(*data["quiet"]),
        kinds={_KINDS[name]: _rhythm_in(rhythm) for name, rhythm in data["kinds"].items()},
        wording=_WORDINGS[data["wording"]],
        again=data["again"],
        pause=Pause(_day_in(data["pause"][0])) if data["pause"] else None,
    )
    m = data["memory"]
    memory = Memory(
        planned={name: _item_in(item) for name, item in m["planned"].items()},
        last={
            _KINDS[name]: Sent(_item_in(item), _in(at), zone)
            for name, (item, at, zone) in m["last"].items()
        },
        let_be={_KINDS[name]: date.fromisoformat(day) for name, day in m["let_be"].items()},
        asked=_day_in(m["asked"]),
        unanswered=m["unanswered"],
        offer=_OFFERS[m["offer"]],
        low=_in(m["low"]) if m["low"] is not None else None,
        soft=m["soft"],
        unreachable=m["unreachable"],
        done=tuple(date.fromisoformat(day) for day in m["done"]),
        counts=m["counts"],
        doing=_day_in(m["doing"]),
        turns={turn: date.fromisoformat(day) for turn, day in m["turns"]},
        wanted={name: Wanted(_in(w[0]), *w[1:]) for name, w in m["wanted"].items()},
    )
    return schedule, memory


def _rhythm_out(rhythm: Rhythm) -> list[Any]:
    return [
        [[slot.opens, slot.closes] for slot in rhythm.slots],
        _out(rhythm.since),
        list(rhythm.weekdays),
        rhythm.every,
        _day_out(rhythm.anchor),
        rhythm.gap,
        rhythm.on,
    ]


def _rhythm_in(data: list[Any]) -> Rhythm:
    slots, since, weekdays, every, anchor, gap, on = data
    chosen = tuple(Slot(*slot) for slot in slots)
    return Rhythm(chosen, _in(since), tuple(weekdays), every, _day_in(anchor), gap, on)


def _item_out(item: Item) -> list[Any]:
    held = _out(item.held) if item.held else None
    day = item.day.isoformat()
    written = [str(item.kind), _out(item.due), day, item.slot, item.subject, item.snoozes, held]
    return written if item.minute is None else [*written, item.minute]


def _item_in(data: list[Any]) -> Item:
    kind, due, day, slot, subject, snoozes, held, *minute = data
    return Item(
        _KINDS[kind],
        _in(due),
        date.fromisoformat(day),
        slot,
        subject,
        snoozes,
        _in(held) if held is not None else None,
        *minute,
    )


def _out(at: datetime) -> int:
    return int(at.timestamp())


def _in(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _day_out(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day_in(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
