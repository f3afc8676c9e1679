"""One open store for each test that asks for it, on a real file."""

from __future__ import annotations

import pytest

from tests.store.sketch import Clock, Play, open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def play(tmp_path, clock):
    store = await open_store(tmp_path, clock)
    yield Play(store, clock)
    await store.close()
