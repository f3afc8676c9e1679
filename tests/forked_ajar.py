"""Starts `ajar run` over and over, quickly: everything is imported once, and each run is a fork.

Each line `go` starts a run and prints its process id; `reap` waits for the latest run and prints
its exit code. The first argument is the module of the platform's adapter. With a second one its
pace is that many messages a second, the one thing that then differs from `ajar run`: Telegram's own
would make the tests ten times slower.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import bot.__main__
import bot.commands.opening
import bot.commands.run
import bot.runtime.wiring
import bot.store.store
from bot.ports import Pace

adapter = import_module(sys.argv[1])
if len(sys.argv) > 2:
    adapter.PACE = Pace(per_second=float(sys.argv[2]))

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
