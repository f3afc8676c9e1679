"""Plain values as compact JSON, for whatever is kept.

Owns how JSON is written and read back. Knows nothing of what the values mean.
"""

from __future__ import annotations

from typing import Any

import orjson


def pack(value: Any) -> bytes:
    """Write a plain value: numbers, text, true, false, nothing, and lists (tuples of any kind too)
    and dictionaries of those. Raises `TypeError` for anything else, half a character included."""
    return orjson.dumps(value, _unnamed)


def unpack(data: bytes) -> Any:
    """Read what `pack` wrote."""
    return orjson.loads(data)


def _unnamed(value: object) -> tuple[object, ...]:
    """Give a tuple with names as one without."""
    if isinstance(value, tuple):
        return tuple(value)
    raise TypeError(f"{type(value).__name__} is no plain value")
