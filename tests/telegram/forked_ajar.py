"""Starts `ajar run` over and over, quickly: everything is imported once, and each run is a fork.

Each line `go` starts a run and prints its process id; `reap` waits for the latest run and prints
its exit code. The one thing that differs from `ajar run` is the pace, the first argument, in
messages a second: Telegram's own would make the tests ten times slower.
"""

from __future__ import annotations

import os
import sys

import adapters.telegram.adapter
import bot.__main__
import bot.commands.opening
import bot.commands.run
import bot.runtime.wiring
import bot.store.store
from bot.ports import Pace

adapters.telegram.adapter.PACE = Pace(per_second=float(sys.argv[1]))

latest = 0
for line in sys.stdin:
    if line.strip() == "reap":
        _, status = os.waitpid(latest, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    else:
        latest = os.fork()
        if latest == 0:
            sys.argv = ["ajar", "run"]
            try:
                bot.__main__.main()
            except SystemExit as end:
                sys.stderr.flush()
                os._exit(int(end.code or 0))
        sys.stdout.write(f"{latest}\n")
    sys.stdout.flush()
