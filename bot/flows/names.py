"""Ids: how they may look, which are taken, and the nearest one to a misspelt one.

Owns the rules for flow ids, step ids and stored words. Knows nothing of files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

ID_LIMIT = 40
"""Characters of an id."""

COMMANDS = (
    "start", "menu", "checkin", "now", "reminders", "timezone", "pause", "resume", "back", "skip",
    "change", "notes", "export", "erase", "language", "privacy", "crisis", "stop", "help",
)  # fmt: skip
"""Every command, the same on every platform."""

HIDDEN_COMMANDS = ("carry-on", "bye", "thanks")
"""Commands that are only words to type: no list shows them."""

RESERVED = frozenset({"end", "not", "and", "or", "if", *COMMANDS})
"""Names no flow or step may have: the end, the words of conditions, and the commands."""

SPECIAL = frozenset(
    {"welcome", "checkin", "now", "welcome-back", "look-back", "signs", "safe-enough"}
)
"""Flows that Ajar opens by itself or by a command of the same name."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_id(name: str) -> bool:
    """Whether this can be an id: the right form, and not too long."""
    return len(name) <= ID_LIMIT and has_id_form(name)


def has_id_form(name: str) -> bool:
    """Whether this holds small letters and digits only, with single hyphens between them."""
    return _ID.fullmatch(name) is not None


def as_id(name: str) -> str:
    """Give the id nearest to these words, for a suggestion."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:ID_LIMIT] or "a-short-name"


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known name most like this one, or an empty text if none is like it."""
    likeness = 0.6 if len(name) > 3 else 0.5
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=likeness)
    return close[0] if close else ""


def suggest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Say which known name was probably meant, as a sentence."""
    names = list(known)
    close = nearest(name, names)
    if close:
        return f"Did you mean `{close}`?"
    if otherwise:
        return otherwise
    shown = ", ".join(f"`{known}`" for known in names[:12])
    return f"Use one of {shown}." if shown else "There is none to use yet."
