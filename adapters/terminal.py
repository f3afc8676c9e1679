"""Ajar in a terminal, or through a pipe.

Owns reading lines and keys and drawing replies; `terminal_screen` draws for a real terminal. Must
not know conversations: every line goes to the core as it was typed.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol, TextIO

from bot.errors import AdapterStopped
from bot.events import Address, Chose, Commanded, Event, Incoming, Said
from bot.ports import Delivery, Pace, Receipt, Services
from bot.replies import Form, Reply, plain

PLATFORM = "terminal"
AWAY = "left-terminal"
"""The house phrase that says how to come back."""

WAY_OUT = "leave-terminal"
"""The house phrase that says how to leave: words typed here are for the talk, "quit" among them."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Screen(Protocol):
    """Where replies are shown and the person answers."""

    def show(self, reply: Reply) -> None:
        """Show one reply."""

    def tell(self, words: str) -> None:
        """Show a few words in passing."""

    async def next(self) -> Event | None:
        """Wait for what the person does; None at the end."""


class TerminalAdapter:
    """One person at a keyboard, or a program at the other end of a pipe."""

    def __init__(self, name: str, locale: str = "", screen: Screen | None = None) -> None:
        self._address = Address(PLATFORM, name, name)
        self._locale = locale
        self._language = locale or "en"
        self._screen = screen or Pipe()

    @property
    def platform(self) -> str:
        """The platform's name, as in `Address.platform`."""
        return PLATFORM

    @property
    def pace(self) -> Pace:
        """A terminal shows one reply after the other, at once."""
        return Pace(at_once=1)

    async def run(self, services: Services) -> None:
        """Show where the person is, then pass on everything they say, to the end of input."""
        services.ready()
        if not isinstance(self._screen, Pipe):
            self._screen.tell(services.phrases.word(self._language, WAY_OUT))
        visit = uuid.uuid4().hex
        count = 0
        event: Event | None = Commanded("here")
        while event is not None:
            count += 1
            outcome = await services.receive(
                Incoming(f"{visit}-{count}", self._address, event, datetime.now(UTC), self._locale)
            )
            if outcome.notice:
                self._screen.tell(outcome.notice)
            event = await self._screen.next()
        if not isinstance(self._screen, Pipe):
            self._screen.tell(services.phrases.word(self._language, AWAY))

    async def send(self, delivery: Delivery) -> Receipt:
        """Show one reply; one that only closes a question, or deletes, has nothing here."""
        self._language = delivery.reply.language
        if not delivery.reply.closes and not delivery.reply.deletes:
            try:
                self._screen.show(delivery.reply)
            except BrokenPipeError:
                raise AdapterStopped("Nobody reads the output any more, so Ajar stops.") from None
        return Receipt(chat=delivery.address.chat)

    async def close(self) -> None:
        """Nothing is held open."""


class Pipe:
    """Plain lines in, plain text out."""

    def __init__(self, source: int | None = None, out: TextIO | None = None) -> None:
        self._read = _lines(0 if source is None else source)
        self._out = out or sys.stdout

    def show(self, reply: Reply) -> None:
        """Write one reply and an empty line."""
        self._out.write("\n".join([*drawn(reply), ""]) + "\n")
        self._out.flush()

    def tell(self, words: str) -> None:
        """Write a few words on a line of their own."""
        self._out.write(f"{words}\n\n")
        self._out.flush()

    async def next(self) -> Event | None:
        """Give the next line that is not empty."""
        while (line := await in_thread(lambda: next(self._read, None))) is not None:
            if line.strip():
                return spoken(line)
        return None


def drawn(reply: Reply) -> Iterator[str]:
    """Give a reply as lines: its words, its choices by number, the words that can be typed."""
    yield safe(plain(reply.text))
    if reply.picture:
        yield f"[{safe(reply.picture.alt)}]"
    if reply.file:
        yield f"--- {safe(reply.file.name)}\n{safe(reply.file.body)}\n---"
    for number, label in numbered(reply):
        yield f"  {number}) {safe(label)}"
    if reply.ways:
        yield "  " + " · ".join(safe(way.label) for way in reply.ways)


def numbered(reply: Reply) -> Iterator[tuple[str, str]]:
    """Give each choice with the number that answers it: its place, or on a scale itself."""
    last = len(reply.choices) - 1
    for index, choice in enumerate(reply.choices):
        if reply.form is Form.SCALE:
            end = reply.ends[0] if index == 0 else reply.ends[1] if index == last else ""
            yield choice.label, end or choice.label
        else:
            yield str(index + 1), choice.label + (" ✓" if choice.chosen else "")


def spoken(line: str) -> Event:
    """Read a typed line: a command after a stroke, else words."""
    words = line.strip()
    if words.startswith("/") and len(words) > 1:
        name, _, argument = words[1:].partition(" ")
        return Commanded(name.lower(), argument.strip())
    return Said(line)


def pressed(reply: Reply, chosen: list[int]) -> Event | None:
    """Give the event of choices taken by their places; None where nothing can be meant."""
    tokens = [reply.choices[index].token for index in chosen]
    if reply.form is Form.PICK:
        return Chose(reply.done.token, tuple(tokens)) if reply.done else None
    return Chose(tokens[0]) if tokens else None


def safe(words: str) -> str:
    """Take out what would steer a terminal instead of being read."""
    return _CONTROLS.sub("", words)


def _lines(source: int) -> Iterator[str]:
    """Give the lines of a file descriptor. It is read bare: a thread that is left waiting in
    Python's own buffered input would keep the program from ending."""
    rest = b""
    while block := os.read(source, 65536):
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode("utf-8", "replace").removesuffix("\r") for line in whole)
    if rest:
        yield rest.decode("utf-8", "replace")


async def in_thread(read: Callable[[], str | None]) -> str | None:
    """Wait for a blocking read in a thread that does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str | None] = loop.create_future()

    def tell(line: str | None) -> None:
        if not done.done():
            done.set_result(line)

    def work() -> None:
        line = read()
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, line)

    threading.Thread(target=work, daemon=True, name="terminal-input").start()
    return await done
