"""From the writer's line to the text a person sees.

Owns templates (`{step or other words}`, `*emphasis*`) and the choice among variants. Knows nothing
of flows or of how a text is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.replies import Manner, Span, Text

SLOT = re.compile(r"\{([^{}]*)\}")
"""A place for words that are not the writer's: `{name}` or `{name or fallback words}`."""

_STRONG = re.compile(r"\*([^*\n]+)\*")

Resolve = Callable[[str], str | None]
"""Gives the words for a slot's name, or None where there are none."""


def compose(template: str, resolve: Resolve) -> Text:
    """Fill a template. What comes from `resolve` is the person's own and never read as markup."""
    parts = _parts(template)
    return parts if isinstance(parts, tuple) else tuple(_filled(parts, resolve))


def _filled(parts: Sequence[Span | _Slot], resolve: Resolve) -> Iterator[Span]:
    for part in parts:
        if isinstance(part, Span):
            yield part
        elif own := resolve(part.name):
            yield Span(own, Manner.OWN)
        elif part.fallback:
            yield Span(part.fallback)


def plainly(template: str, values: Mapping[str, str]) -> Text:
    """Fill a house phrase from given values."""
    return compose(template, values.get)


def least_recent(name: str, count: int, heard: Mapping[str, int]) -> int:
    """Choose the variant this person heard longest ago; unheard ones first, in written order."""
    if count < 2:
        return 0
    longest, oldest = 0, None
    for number in range(count):
        turn = heard.get(f"{name}#{number}")
        if not turn:
            return number
        if oldest is None or turn < oldest:
            longest, oldest = number, turn
    return longest


def shorten(text: str, limit: int) -> str:
    """Cut a text at a word so that it fits, with an ellipsis where something is missing."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    word = cut.rfind(" ")
    return (cut[:word] if word > limit // 2 else cut).rstrip(" ,;:.") + "…"


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str
    fallback: str


@lru_cache(maxsize=4096)
def _parts(template: str) -> Text | list[Span | _Slot]:
    """Take a writer's line apart, once for all; a list where there is something to fill in."""
    parts: list[Span | _Slot] = []
    at = 0
    for slot in SLOT.finditer(template):
        parts += _emphasised(template[at : slot.start()])
        name, _, fallback = slot[1].partition(" or ")
        parts.append(_Slot(name.strip(), fallback.strip()))
        at = slot.end()
    spans = _emphasised(template[at:])
    return [*parts, *spans] if parts else tuple(spans)


def _emphasised(text: str) -> list[Span]:
    spans: list[Span] = []
    at = 0
    for strong in _STRONG.finditer(text):
        if strong.start() > at:
            spans.append(Span(text[at : strong.start()]))
        spans.append(Span(strong[1], Manner.STRONG))
        at = strong.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return spans
