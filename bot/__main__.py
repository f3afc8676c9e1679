"""The `ajar` command: which commands there are, and how they end.

Owns the command line and its exit codes: 0 good, 1 findings, 2 cannot run. The only place where an
error becomes a sentence for whoever typed the command. Each command lives in `bot/commands` and is
imported when it is called, so that `ajar --help` is quick.
"""

from __future__ import annotations

import secrets
import sys
from typing import Annotated

import typer

from bot.errors import AjarError

FINDINGS = 1
CANNOT_RUN = 2

app = typer.Typer(
    help="Ajar, a private reflection companion. Start with `ajar run`.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Name = Annotated[
    str, typer.Option("--as", metavar="NAME", help="Talk as another person, in the same database.")
]


@app.command()
def run() -> None:
    """Serve every platform whose token is set; with none, talk in this terminal."""
    from bot.commands import opening
    from bot.commands.run import run as run_

    run_(opening.settings())


@app.command()
def chat(name: Name = "me") -> None:
    """Talk in this terminal, or through a pipe: a line is a message."""
    from bot.commands import opening
    from bot.commands.chat import chat as chat_

    chat_(opening.settings(quiet=True), name)


@app.command()
def recognise() -> None:
    """Try the safety rules: JSON lines in, JSON lines out. Nothing is kept."""
    from bot.commands.recognise import recognise as recognise_
    from bot.settings import Settings

    recognise_(Settings.read().content_dir, sys.stdin, sys.stdout)


@app.command()
def doctor() -> None:
    """Look at settings, content, database and tokens, and say what is wrong."""
    from bot.commands import opening
    from bot.commands.doctor import doctor as doctor_

    if not doctor_(opening.settings(quiet=True), typer.echo):
        raise typer.Exit(FINDINGS)


def main() -> None:
    """Run one command; whatever goes wrong ends in a sentence and an exit code."""
    try:
        app()
    except AjarError as error:
        _end(str(error))
    except KeyboardInterrupt:
        _end("Stopped.")
    except BrokenPipeError:
        _end("Nobody reads the output any more.")
    except Exception as error:  # noqa: BLE001 - the last catch of the program
        reference = secrets.token_hex(4)
        _log(error, reference)
        _end(
            f"Something went wrong inside Ajar (reference {reference}). Nothing that was "
            "acknowledged is lost; the log has the place in the program."
        )


def _log(error: Exception, reference: str) -> None:
    from bot.runtime.logs import log, problem

    log().critical("failed", reference=reference, **problem(error))


def _end(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main()
