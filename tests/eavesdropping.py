"""What may never be in a log, and who listens for it.

A fake platform says what is private in it (`keep_secret`), a process where it writes its log
(`read_too`); whoever listens then searches every line for every secret. Where nobody listens both
do nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from structlog.testing import capture_logs

Secrets = Callable[[], Iterable[str]]

_secrets: list[Secrets] = []
_logs: list[Path] = []


def keep_secret(secrets: Secrets) -> None:
    """Have whatever this gives at the end searched for."""
    _secrets.append(secrets)


def read_too(log: Path) -> None:
    """Have this file searched as well."""
    _logs.append(log)


class Eavesdropper(logging.Handler):
    """Keeps every line of every library, with what was filled in and every traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


@contextmanager
def nothing_private_logged(*always: str) -> Iterator[None]:
    """Listen at DEBUG, to our own lines before anything is taken out of them and to the logs of
    child processes; fail if a line holds one of `always` or of what was told to be secret."""
    root, listening = logging.getLogger(), Eavesdropper()
    before = root.level
    _secrets.clear()
    _logs.clear()
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    try:
        with capture_logs() as ours:
            yield
    finally:
        root.removeHandler(listening)
        root.setLevel(before)
    files = [log.read_text(encoding="utf-8", errors="replace") for log in _logs if log.exists()]
    said = "\n".join([*listening.lines, *map(str, ours), *files])
    private = {*always}.union(*(secrets() for secrets in _secrets))
    found = sorted(secret for secret in private if secret in said)
    assert [] == found, f"in a log: {found}"
