"""What stays for good is not looked at again and again."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.runtime.collecting import set_aside


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


class Ring:
    """Holds itself, so that only a collection lets go of it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_collection_leaves_out_what_was_there_before() -> None:
    """What was set aside is none of the objects a collection goes through; what comes later is."""
    kept = [[] for _ in range(100_000)]
    set_aside()
    later = Ring()

    looked_at = {id(one) for one in gc.get_objects()}
    assert gc.get_freeze_count() >= len(kept)
    assert not looked_at & set(map(id, kept))
    assert id(later) in looked_at


def test_what_was_let_go_of_is_collected_the_next_time() -> None:
    """Content that was exchanged does not stay in memory for good, nor does what came later."""
    old, new = Ring(), None
    seen = weakref.ref(old)
    set_aside()
    del old
    new = Ring()
    newer = weakref.ref(new)
    del new
    gc.collect()
    assert newer() is None
    assert seen() is not None
    set_aside()
    assert seen() is None
