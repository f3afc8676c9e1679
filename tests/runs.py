"""`ajar run` as a real process, over and over on one database, to be ended by real signals."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.eavesdropping import read_too

HERE = Path(__file__).parent

SMALL = HERE / "small"
"""A small content: a welcome, and a flow that asks every kind of question for ever."""

PATIENCE = 30
"""Seconds after which something that was promised will not come any more."""

LOG = "ajar.log"


class Runs:
    """Runs of `ajar run`, one after the other."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = 0

    async def start(self) -> None:
        """Start a run."""
        self.pid = await self._order("go")

    async def end(self, number: signal.Signals) -> int:
        """Send a signal to the run; give its exit code."""
        os.kill(self.pid, number)
        code = await self._order("reap")
        self.pid = 0
        return code

    async def _order(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{line}\n".encode())
        async with asyncio.timeout(PATIENCE):
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def runs(folder: Path, settings: Mapping[str, str], *arguments: str) -> AsyncIterator[Runs]:
    """Prepare to run Ajar with these settings on a database in the folder, where the log at DEBUG
    goes to `LOG`. The arguments are those of `forked_ajar.py`."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/ajar.db",
        "LOG_LEVEL": "DEBUG",
        **settings,
    }
    read_too(folder / LOG)
    with (folder / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(HERE / "forked_ajar.py"),
            *arguments,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        running = Runs(process)
        try:
            yield running
        finally:
            if running.pid:
                os.kill(running.pid, signal.SIGKILL)
            assert process.stdin
            process.stdin.close()
            await process.wait()
