"""The program of the kill test: Ajar's real store, engine and loops behind a platform of pipes.

Started once, it reads everything it needs and then forks a fresh process for every run, so that a
thousand runs do not pay for a thousand imports. Events come in over a loopback connection, one JSON
object a line; every acknowledgement and every message that reached its person is one line in the
journal, a pipe whose content outlives whoever wrote it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.events import Address, Chose, Event, Incoming, Said
from bot.flows.library import Library
from bot.flows.loading import load
from bot.ports import Delivery, Pace, Receipt, Services
from bot.replies import plain
from bot.runtime.logs import configure
from bot.runtime.shelf import Shelf
from bot.runtime.wiring import Service
from bot.store.store import Store


class Pipes:
    """A platform: events from a connection, everything that happens into the journal."""

    platform = "pipes"

    def __init__(self, port: int, journal: int, pace: Pace) -> None:
        self.pace = pace
        self._port = port
        self._journal = journal

    async def run(self, services: Services) -> None:
        """Take events in, at once and in order."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._write({"ready": os.getpid()})
        async with asyncio.TaskGroup() as taking:
            while line := await reader.readline():
                taking.create_task(self._take(services, json.loads(line)))
        writer.close()

    async def _take(self, services: Services, given: dict[str, str]) -> None:
        event: Event = Chose(given["token"]) if "token" in given else Said(given["text"])
        address = Address(self.platform, given["account"], given["account"])
        outcome = await services.receive(
            Incoming(given["id"], address, event, datetime.now(UTC), "en")
        )
        self._write({"ack": given["id"], "verdict": outcome.verdict})

    async def send(self, delivery: Delivery) -> Receipt:
        """Let one message reach its person."""
        reply = delivery.reply
        self._write(
            {
                "key": delivery.key,
                "account": delivery.address.account,
                "text": plain(reply.text),
                "form": reply.form,
                "tokens": [choice.token for choice in reply.choices],
                "done": reply.done.token if reply.done else "",
                "ways": [way.token for way in reply.ways],
                "closes": reply.closes,
            }
        )
        return Receipt(delivery.key)

    async def close(self) -> None:
        """Nothing is held open."""

    def _write(self, line: dict[str, object]) -> None:
        data = json.dumps(line).encode() + b"\n"
        assert len(data) <= 4096, "a longer line could be torn by a kill"
        os.write(self._journal, data)


async def serve(database: Path, library: Library, port: int, journal: int, pace: Pace) -> None:
    """Run Ajar until it is killed, or asked to stop."""
    store = await Store.open(
        f"sqlite:////{str(database).lstrip('/')}", key=None, now=lambda: datetime.now(UTC)
    )
    await Service(store, Shelf(lambda: library), [Pipes(port, journal, pace)]).serve()


def main() -> None:
    """Fork one run for every line `port per_second`; the line `reap` waits for the latest."""
    database, content, journal = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    configure("WARNING")
    library = load(content)
    latest = 0
    sys.stdout.write("0\n")
    sys.stdout.flush()
    for line in sys.stdin:
        if line.strip() == "reap":
            _, status = os.waitpid(latest, 0)
            sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        else:
            port, per_second, at_once = line.split()
            latest = os.fork()
            if latest == 0:
                pace = Pace(per_second=float(per_second), at_once=int(at_once))
                asyncio.run(serve(database, library, int(port), journal, pace))
                os._exit(0)
            sys.stdout.write(f"{latest}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
