"""Plain values as compact JSON."""

from __future__ import annotations

import pytest

from bot.engine.compact import pack, unpack

VALUE = {
    "words": ["Grüße 🌙", 'said "so"', "\n"],
    "n": [0, -7, 2**62, 1.5],
    "no": [None, True],
    "": {},
}


def test_what_is_packed_is_read_back() -> None:
    """In as few bytes as JSON allows, letters as they are."""
    assert VALUE == unpack(pack(VALUE))
    assert '["Grüße",1]'.encode() == pack(("Grüße", 1))
    assert '"Grüße"'.encode() == pack("Grüße")


def test_nothing_but_plain_values_is_packed() -> None:
    """What could not be read back as it was is refused."""
    for value in ({1, 2}, object(), {"deep": [b"bytes"]}, {1: "one"}, "\ud83c"):
        with pytest.raises(TypeError):
            pack(value)
