"""A log of its own for a test, as the program would write it."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.runtime.logs import LIBRARIES, configure

SECRETS = ("123456789:AAF_kept-out-of-every-log-0123456789ab", "the-webhook-secret")


class Book(io.StringIO):
    """A log in memory that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    def write(self, words: str) -> int:
        """Take a line in."""
        self.changed.set()
        return super().write(words)


@pytest.fixture
def logbook() -> Iterator[Book]:
    """Configure the log at DEBUG into memory, with known secrets; put everything back after."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    book = Book()
    configure("DEBUG", "text", SECRETS, book)
    yield book
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
