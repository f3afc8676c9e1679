"""How replies, addresses and notebook rows are written down before they are sealed.

Owns their JSON. A part that is not written has its usual value, so an older row can be read after
an update.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.engine.compact import pack, unpack
from bot.engine.effects import Row
from bot.events import Address
from bot.replies import Choice, File, Form, Manner, Picture, Reply, Span, Urgency

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Give an instant as Unix microseconds."""
    return (moment - EPOCH) // MICROSECOND


def instant(micros: int) -> datetime:
    """Give Unix microseconds as an instant."""
    return EPOCH + timedelta(microseconds=micros)


def seconds(moment: datetime) -> int:
    """Give an instant as whole Unix seconds."""
    return micros(moment) // 1_000_000


def address_out(address: Address) -> bytes:
    """Write an address."""
    return pack([address.platform, address.account, address.chat])


def address_in(data: bytes) -> Address:
    """Read an address."""
    return Address(*unpack(data))


def row_out(row: Row) -> bytes:
    """Write a row of the notebook, but for its id."""
    return pack([row.kind, row.flow, row.step, row.turn, row.at, row.value, row.shown])


def row_in(row_id: str, data: bytes) -> Row:
    """Read a row of the notebook."""
    kind, flow, step, turn, at, value, shown = unpack(data)
    value = tuple(value) if isinstance(value, list) else value
    return Row(row_id, kind, flow, step, turn, at, value, shown)


def reply_out(reply: Reply) -> bytes:
    """Write a reply."""
    r = reply
    parts: dict[str, Any] = {
        "text": [_span_out(span) for span in r.text],
        "turn": r.turn,
        "form": r.form,
        "urgency": r.urgency,
        "language": r.language,
    }
    if r.choices:
        parts["choices"] = _choices_out(r.choices)
    if r.ways:
        parts["ways"] = _choices_out(r.ways)
    if r.ends != ("", ""):
        parts["ends"] = r.ends
    if r.done:
        parts["done"] = _choices_out([r.done])
    if r.at_least or r.at_most or r.limit:
        parts["bounds"] = [r.at_least, r.at_most, r.limit]
    if r.edits is not None:
        parts["edits"] = r.edits
    if r.answer:
        parts["answer"] = r.answer
    if r.picture:
        parts["picture"] = [r.picture.path, r.picture.alt]
    if r.file:
        parts["file"] = [r.file.name, r.file.body, r.file.media_type]
    if r.deletes:
        parts["deletes"] = r.deletes
    if r.until:
        parts["until"] = r.until
    return pack(parts)


def reply_in(data: bytes) -> Reply:
    """Read a reply."""
    d = unpack(data)
    done = _choices_in(d.get("done", []))
    low, high, limit = d.get("bounds", (0, 0, 0))
    return Reply(
        text=tuple(_span_in(span) for span in d.get("text", [])),
        turn=d.get("turn", 0),
        form=Form(d.get("form", "none")),
        choices=_choices_in(d.get("choices", [])),
        ways=_choices_in(d.get("ways", [])),
        ends=tuple(d.get("ends", ("", ""))),
        done=done[0] if done else None,
        at_least=low,
        at_most=high,
        limit=limit,
        edits=d.get("edits"),
        answer=d.get("answer", ""),
        picture=Picture(*d["picture"]) if "picture" in d else None,
        file=File(*d["file"]) if "file" in d else None,
        urgency=Urgency(d.get("urgency", Urgency.CRISIS)),
        language=d.get("language", "en"),
        deletes=tuple(d.get("deletes", ())),
        until=d.get("until", 0),
    )


def _span_out(span: Span) -> Any:
    if span.manner is Manner.PLAIN:
        return span.text
    return [span.text, span.manner, span.at]


def _span_in(data: Any) -> Span:
    if isinstance(data, str):
        return Span(data)
    return Span(data[0], Manner(data[1]), data[2])


def _choices_out(choices: Sequence[Choice]) -> list[list[Any]]:
    return [[c.token, c.label, 1] if c.chosen else [c.token, c.label] for c in choices]


def _choices_in(data: list[list[Any]]) -> tuple[Choice, ...]:
    return tuple(Choice(parts[0], parts[1], len(parts) == 3) for parts in data)
