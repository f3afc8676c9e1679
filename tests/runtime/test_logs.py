"""Nothing private reaches the log, whoever logs it and however."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import warnings

import pytest

from bot.errors import StoreError
from bot.runtime.logs import LIBRARIES, configure, handle_loop_errors, log, problem
from tests.runtime.conftest import SECRETS

WORDS = "I have told nobody about this"
ACCOUNT = "83746152938475"
DISCORD_TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
PRIVATE = (*SECRETS, WORDS, ACCOUNT, DISCORD_TOKEN)


def nothing_private(book: io.StringIO) -> str:
    """Give what was logged, after looking for everything that must not be in it."""
    written = book.getvalue()
    for private in PRIVATE:
        assert private not in written
    return written


@pytest.mark.parametrize("name", [*LIBRARIES, "some.other.library", "root"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR])
def test_a_librarys_line_never_holds_what_it_filled_in(
    name: str, level: int, logbook: io.StringIO
) -> None:
    """PRV-9: whatever a library logs, as template and values or as a finished sentence, nothing
    private of it is written."""
    library = logging.getLogger(name)
    for private in PRIVATE:
        library.log(level, "request to https://example.org/bot%s/send: %r", private, {"t": private})
        library.log(level, f"a finished sentence with {private} in it")
    nothing_private(logbook)


def test_chatty_libraries_are_heard_from_warnings_on(logbook: io.StringIO) -> None:
    """Below WARNING the libraries that log addresses and bodies are silent, even at DEBUG."""
    for name in LIBRARIES:
        logging.getLogger(name).info("everyday %s", "chatter")
        logging.getLogger(f"{name}.inner").debug("everyday %s", "chatter")
    assert "" == logbook.getvalue()
    logging.getLogger("httpx").warning("pool of %d is full", 5)
    assert "pool of %d is full" in logbook.getvalue()


def test_an_exception_gives_its_class_and_its_place(logbook: io.StringIO) -> None:
    """PRV-9: of an exception neither its message nor a variable nor a line of code is written."""

    def read(private_variable: str) -> None:
        raise ValueError(f"cannot read {private_variable} of {ACCOUNT}")

    try:
        read(WORDS)
    except ValueError:
        logging.getLogger("some.library").exception("Ignoring exception in %s", WORDS)
        log().exception("turn-failed")
    written = nothing_private(logbook)
    assert written.count("ValueError") == 2
    assert written.count("test_logs.py:") == 5
    assert "private_variable" not in written


def test_our_own_sentences_are_kept_whole(logbook: io.StringIO) -> None:
    """An error that has a sentence for a human says it."""
    log().error("store-refused", **problem(StoreError("The disk is full: make room.")))
    assert "The disk is full: make room." in logbook.getvalue()


def test_our_own_lines_are_filtered_as_well(logbook: io.StringIO) -> None:
    """Should one of our own lines hold a token or an id by mistake, it is taken out."""
    log().info("sent", token=SECRETS[0], also=DISCORD_TOKEN, chat=ACCOUNT, number=int(ACCOUNT))
    log().info(f"event {SECRETS[1]}")
    written = nothing_private(logbook)
    assert "[secret]" in written
    assert "[number]" in written


def test_counts_and_durations_stay_readable(logbook: io.StringIO) -> None:
    """Numbers that count something are written as they are."""
    log().info("drained", people=12345, seconds=0.25)
    assert "people=12345 seconds=0.25" in logbook.getvalue()


def test_warnings_of_libraries_go_the_same_way(logbook: io.StringIO) -> None:
    """A Python warning is one sober line like any other."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(f"deprecated {WORDS}", DeprecationWarning, stacklevel=1)
    assert "py.warnings" in nothing_private(logbook)


async def test_a_task_that_nobody_waited_for_is_named_by_its_error(logbook: io.StringIO) -> None:
    """Asyncio's last resort writes the class of the error, not the task and not the message."""
    asyncio.get_running_loop().set_exception_handler(handle_loop_errors())
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Task <{WORDS}> broke", "exception": KeyError(WORDS)}
    )
    assert "KeyError" in nothing_private(logbook)


def test_json_lines_can_be_read_by_a_machine(logbook: io.StringIO) -> None:
    """With LOG_FORMAT=json every line is one JSON object."""
    configure("INFO", "json", SECRETS, logbook)
    log().info("outbox-opened", people=3)
    logging.getLogger("aiohttp").warning("closing %s", WORDS)
    lines = [json.loads(line) for line in nothing_private(logbook).splitlines()]
    assert ["outbox-opened", "library"] == [line["event"] for line in lines]
    assert lines[0]["people"] == 3
