"""What our buttons, selects and modals are called on Discord.

Owns the few prefixes around the core's tokens, which Discord hands back when one is used. Nothing
else is remembered: a component sent before any number of restarts still says what it means.

A button's custom id is the token itself (at most 64 bytes; Discord allows 100 characters). Tokens
never hold a colon as their second character, so a prefix cannot be mistaken for one.
"""

from __future__ import annotations

PICK = "p:"
"""A select of several: followed by the token that finishes the question; the values are tokens."""

LIST = "l:"
"""A select of one: followed by its place in the message; the one value is the token."""

WRITE = "w:"
"""The button that opens a modal: followed by the limit in characters, a colon and the token."""


def pick(done: str) -> str:
    """Name a select of several."""
    return PICK + done


def listing(place: int) -> str:
    """Name a select of one."""
    return f"{LIST}{place}"


def write(token: str, limit: int) -> str:
    """Name the button that opens a modal."""
    return f"{WRITE}{limit}:{token}"


def read_write(custom: str) -> tuple[str, int]:
    """Give the token and the limit of a button that opens a modal. Raises ValueError for others."""
    limit, _, token = custom.removeprefix(WRITE).partition(":")
    if not token:
        raise ValueError("not the name of a button that opens a modal")
    return token, int(limit)
