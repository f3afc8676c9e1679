"""Keeps the garbage collector out of people's way.

Owns what it need not look at: code and content are several hundred thousand objects that stay. Each
full collection would go through all of them, and everybody waits for 30 to 60 ms meanwhile.
"""

from __future__ import annotations

import gc

YOUNG = 10_000
"""New objects after which the youngest are looked at. Python's 700 are those of two turns, which
are looked at for nothing."""


def set_aside() -> None:
    """Let collections look only at what is made from now on. To be called when everything that
    stays is there, and again when it was exchanged: what was let go of is then collected."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
