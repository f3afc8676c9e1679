"""What the log may hold: names of events, counts and durations, never anything private.

Owns the one way to the log, for Ajar's own lines and for those of every library. Three nets lie one
below the other: our own lines are written without private values; a library's line is reduced to
its template, without what it filled in, and to where it was raised; and whatever is left goes
through a filter for secrets and ids. An exception gives its class and its places in the code,
never its message, its variables or the lines of a traceback. Must not know what is logged.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from pathlib import PurePath
from typing import Any, Literal, TextIO

import structlog

from bot.errors import AjarError

Log = structlog.stdlib.BoundLogger
EventDict = MutableMapping[str, Any]

LIBRARIES = ("httpx", "httpcore", "telegram", "discord", "aiohttp", "asyncio", "aiosqlite")
"""Loggers of libraries that would say too much below WARNING (httpx logs addresses with the
token in them at INFO)."""

LONGEST = 500
"""Characters of one value in the log; more is cut."""

DEEPEST = 6
"""Places in the code that one error names, innermost first."""

_TOKENS = (
    re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{8,}"),  # Telegram: bot id, colon, secret
    re.compile(r"\b[A-Za-z0-9_-]{18,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{20,}"),  # Discord's three
    re.compile(r"(?i)\b(bot|bearer)\s+[A-Za-z0-9._:-]{16,}"),  # an Authorization header
)
_IDS = re.compile(r"\d{6,}")
"""Ids of people, chats and messages are numbers of six digits or more on every platform."""


def log(name: str = "ajar") -> Log:
    """Give a logger for our own lines: `log().info("sent", platform="telegram", count=3)`."""
    made: Log = structlog.stdlib.get_logger(name)
    return made


def configure(
    level: str = "INFO",
    form: Literal["text", "json"] = "text",
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line of the process to `stream` (standard error), sober and redacted.

    `secrets` are values that must never appear, whoever logs them.
    """
    redact = Redactor(secrets)
    draw: structlog.types.Processor = (
        structlog.processors.JSONRenderer(sort_keys=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    common: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *common,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_keep_template)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign, *common],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                draw,
            ],
        )
    )
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
    logging.raiseExceptions = False  # a line that cannot be written must not print its arguments
    logging.captureWarnings(capture=True)


def problem(error: BaseException) -> dict[str, str]:
    """Describe an error for the log: its class and where it came from; its sentence if it is ours.

    Use as `log().error("send-failed", **problem(error))`.
    """
    described = {"error": type(error).__name__, "where": _places(error)}
    if isinstance(error, AjarError):
        described["says"] = str(error)
    return described


class Redactor:
    """Takes secrets, tokens and ids out of every value of a line, as its last step."""

    def __init__(self, secrets: Iterable[str]) -> None:
        held = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, held))) if held else None

    def __call__(self, _logger: object, _method: str, line: EventDict) -> EventDict:
        """Redact one line (a structlog processor)."""
        return {
            self.text(str(key)): value if key in ("timestamp", "level") else self._value(value)
            for key, value in line.items()
        }

    def text(self, words: str) -> str:
        """Give the words without what must not be in a log."""
        if self._secrets:
            words = self._secrets.sub("[secret]", words)
        for token in _TOKENS:
            words = token.sub("[secret]", words)
        words = _IDS.sub("[number]", words)
        return words if len(words) <= LONGEST else words[:LONGEST] + " ..."

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if abs(value) < 10**9 else "[number]"
        return self.text(str(value))


def _keep_template(record: logging.LogRecord) -> bool:
    """Put a line's template aside before it is filled in. A line without values to fill in may be
    a finished sentence with anything in it, so nothing of it is kept."""
    record.template = str(record.msg) if record.args else ""
    return True


def _foreign(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Reduce a library's line to its template and its place in the code."""
    record: logging.LogRecord = line["_record"]
    line["event"] = "library"
    line["logger"] = record.name
    line["place"] = f"{record.filename}:{record.lineno}"
    if template := getattr(record, "template", ""):
        line["template"] = template
    if record.exc_info:
        line["exc_info"] = record.exc_info
        # The formatter would print the traceback itself if it still found these.
        record.exc_info = record.exc_text = None
    record.stack_info = None
    return line


def _failure(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Replace an exception by its class and places."""
    given = line.pop("exc_info", None)
    line.pop("stack_info", None)
    line.pop("stack", None)
    error = given
    if given is True:
        error = sys.exc_info()[1]
    elif isinstance(given, tuple):
        error = given[1]
    if isinstance(error, BaseException):
        line.update(problem(error))
    return line


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    named = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join(named[:DEEPEST])


def handle_loop_errors() -> Callable[[Any, dict[str, Any]], None]:
    """Give asyncio's last resort: name the error, never the task or the message."""

    def handle(_loop: object, context: dict[str, Any]) -> None:
        error = context.get("exception")
        log().error("loop-error", **(problem(error) if isinstance(error, BaseException) else {}))

    return handle
