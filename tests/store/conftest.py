"""One open store for each test that asks for it, on a real file."""

from __future__ import annotations

import pytest

from tests.store.sketch import Clock, Play, open_store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def play(tmp_path, clock):
    play = Play(await open_store(tmp_path, clock), clock)
    yield play
    await play.store.close()
