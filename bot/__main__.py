"""The `ajar` command: which commands there are, and how they end.

Owns the command line and its exit codes: 0 good, 1 findings, 2 cannot run. The only place where an
error becomes a sentence for whoever typed the command. Each command lives in `bot/commands` and is
imported when it is called, so that `ajar --help` is quick.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
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

new = typer.Typer(help="Begin something new.", no_args_is_help=True)
app.add_typer(new, name="new")

Folder = Annotated[
    Path | None,
    typer.Argument(help="The content folder; left out, the one that CONTENT_DIR names."),
]
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


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="The file to make.")]) -> None:
    """Copy the database to a file, while Ajar runs or not, and check the copy."""
    from bot.commands import keeping, opening

    typer.echo(keeping.backup(opening.settings(quiet=True), target))


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="The backup.")]) -> None:
    """Put a backup in the place of the database. Stop Ajar first."""
    from bot.commands import keeping, opening

    typer.echo(keeping.restore(opening.settings(quiet=True), source))


@app.command()
def rekey() -> None:
    """Seal everything with a new key. Stop Ajar first; it can be interrupted."""
    from bot.commands import keeping, opening

    typer.echo(keeping.rekey(opening.settings(quiet=True)))


@app.command()
def plan(
    hours: Annotated[int, typer.Option(min=1, max=24 * 31, help="How far to look ahead.")] = 48,
) -> None:
    """Show how many reminders are planned, by kind and hour. Nobody's name, nobody's words."""
    from datetime import UTC, datetime

    from bot.commands import opening
    from bot.commands.plan import plan as plan_

    plan_(opening.settings(quiet=True), hours, datetime.now(UTC), typer.echo)


@app.command()
def check(
    folder: Folder = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Findings for tools.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Which step carries which point of the outline.")
    ] = False,
    stamp: Annotated[
        str, typer.Option(metavar="LANGUAGE", help="Mark a translation as up to date.")
    ] = "",
    against: Annotated[
        str,
        typer.Option(metavar="DATABASE", help="Who waits where, and where they would land."),
    ] = "",
    reading: Annotated[
        bool, typer.Option("--reading", help="How hard each flow is to read.")
    ] = False,
) -> None:
    """Check the content: everything there is to mend, with file and line."""
    from bot.commands import check as checking
    from bot.commands import opening

    place = _content(folder)
    if coverage:
        code = checking.show_coverage(place, sys.stdout)
    elif stamp:
        code = checking.stamp(place, stamp, sys.stdout)
    elif against:
        from bot.commands.against import against as against_

        code = against_(place, against, opening.settings(quiet=True).key, sys.stdout)
    elif reading:
        from bot.commands.reading import reading as reading_

        code = reading_(place, sys.stdout)
    else:
        code = checking.check(place, sys.stdout, as_json=as_json, strict=strict)
    raise typer.Exit(code)


@app.command()
def explore(
    flow: Annotated[str, typer.Argument(help="Walk this flow alone.")] = "",
    *,
    folder: Annotated[Path | None, typer.Option(help="The content folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was found, for tools.")] = False,
    limit: Annotated[int, typer.Option(help="States before walking at random.")] = 1_000_000,
    seed: Annotated[int, typer.Option(help="Which random walks.")] = 1,
) -> None:
    """Walk every path of the flows, and show the shortest way to whatever goes wrong."""
    from bot.commands.explore import explore as explore_

    code = explore_(_content(folder), flow, sys.stdout, as_json=as_json, limit=limit, seed=seed)
    raise typer.Exit(code)


@app.command()
def transcripts(
    folder: Folder = None,
    *,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Bring them up to date, and write what is missing.")
    ] = False,
) -> None:
    """Play the written conversations, and tell what none of them goes through."""
    from bot.commands.transcripts import check_transcripts, rewrite_transcripts

    play = rewrite_transcripts if rewrite else check_transcripts
    raise typer.Exit(play(_content(folder), sys.stdout))


@app.command("map")
def map_(
    folder: Folder = None,
    flow: Annotated[str, typer.Option(help="Draw this flow alone.")] = "",
    to: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("map"),
) -> None:
    """Draw the flows, as Mermaid in Markdown and as SVG."""
    from bot.commands.map import write_map

    for path in write_map(_content(folder), to, flow):
        typer.echo(path)


@app.command()
def schema(folder: Folder = None) -> None:
    """Write the JSON Schemas that let an editor complete and explain flow files."""
    from bot.commands.schema import write_schemas

    for path in write_schemas(_content(folder)):
        typer.echo(path)


@new.command("flow")
def new_flow(name: str, folder: Folder = None) -> None:
    """Write a small flow to start from."""
    from bot.commands.new import new_flow as new_flow_

    typer.echo(
        f"{new_flow_(_content(folder), name)} is there; `/start {name}` in `ajar chat` plays it."
    )


@new.callback()
def _new() -> None:
    """Begin something new."""


def _content(folder: Path | None) -> Path:
    from bot.settings import Settings

    return folder or Settings.read().content_dir


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
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more on its way out; let that go nowhere instead of failing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(CANNOT_RUN)


if __name__ == "__main__":
    main()
