"""`ajar check --against`: who waits where, and where an edit would put them, on a real database."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.against import against
from bot.errors import StoreError
from bot.events import Address, Commanded, Incoming, Said
from bot.flows.library import Library
from bot.flows.loading import load
from bot.store.reading import conversations
from bot.store.store import Store
from tests.conftest import ROOT, SMALL, write_content

NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """Give a content folder whose tea flow has these lines replaced."""

    def build(*changes: tuple[str, str]) -> Path:
        text = SMALL["tea.yaml"]
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return write_content(tmp_path / "edited", {**SMALL, "tea.yaml": text})

    return build


@pytest.fixture
async def database(tmp_path: Path, small: Library) -> Path:
    """Six people wait at the kind of tea, two at its warmth; one has finished a walk."""
    path = tmp_path / "ajar.db"
    store = await Store.open(f"sqlite:///{path}", key=None, now=lambda: NOW)
    talks = [["/start tea"]] * 6 + [["/start tea", "green"]] * 2 + [["/start walk", "near"]]
    for number, talk in enumerate(talks):
        for turn, words in enumerate(["/start", *talk]):
            name, _, rest = words.removeprefix("/").partition(" ")
            event = Commanded(name, rest) if words.startswith("/") else Said(words)
            address = Address("terminal", f"p{number}", "")
            incoming = Incoming(f"{number}-{turn}", address, event, NOW, "en")
            await store.turn(incoming, small, random.Random(1))
    await store.close()
    return path


def told(folder: Path, database: Path) -> tuple[int, list[str]]:
    """Run the check, and give its exit code and lines."""
    out = io.StringIO()
    return against(folder, str(database), None, out), out.getvalue().splitlines()


def test_without_an_edit_everybody_stays(edited: Callable[..., Path], database: Path) -> None:
    """The table names every place people are in; few people are only told to be few."""
    assert (0, ["tea/kind         6  stay", "tea/warmth      <5  stay"]) == told(edited(), database)


def test_a_renamed_step_takes_its_people_along(edited: Callable[..., Path], database: Path) -> None:
    """Whoever waits at the old name moves to the step that says it was that."""
    folder = edited(
        ("  kind:\n", "  sort:\n    was: [kind]\n"),
        ("go: kind\n", "go: sort\n"),
        ("if kind is", "if sort is"),
    )
    code, lines = told(folder, database)
    assert 0 == code
    assert "tea/kind         6  move to tea/sort" == lines[0]


def test_a_lost_step_is_refused(edited: Callable[..., Path], database: Path) -> None:
    """A step that is gone sends its people back to their last answer: that is refused."""
    folder = edited(("  warmth:\n", "  heat:\n"), ("warmth", "heat"))
    code, lines = told(folder, database)
    assert 1 == code
    assert "tea/warmth      <5  LOSE THEIR PLACE: back to tea/kind" == lines[1]
    assert lines[-1].startswith("Somebody would lose their place: keep these steps, or name them")


def test_a_lost_flow_is_refused(tmp_path: Path, database: Path) -> None:
    """Without the flow there is nowhere to land."""
    folder = write_content(tmp_path / "less", {"walk.yaml": SMALL["walk.yaml"]})
    code, lines = told(folder, database)
    assert 1 == code
    assert "tea/kind         6  LOSE THEIR PLACE: the flow is gone" == lines[0]


async def test_where_the_table_says_is_where_people_land(
    edited: Callable[..., Path], database: Path
) -> None:
    """The engine itself, on the same database with the same edit, puts them there."""
    library = load(edited(("  warmth:\n", "  heat:\n"), ("warmth", "heat")))
    store = await Store.open(f"sqlite:///{database}", key=None, now=lambda: NOW)
    incoming = Incoming("later", Address("terminal", "p6", ""), Said("3"), NOW, "en")
    await store.turn(incoming, library, random.Random(1))
    await store.close()
    places = Counter(
        (frame.flow, frame.step) for talk in conversations(database, None) for frame in talk.stack
    )
    assert {("tea", "kind"): 7, ("tea", "warmth"): 1} == places


def test_nothing_is_written(edited: Callable[..., Path], database: Path) -> None:
    """The look leaves the database as it was, to the byte."""
    before = database.read_bytes()
    told(edited(), database)
    assert before == database.read_bytes()


async def test_an_empty_database_says_so(edited: Callable[..., Path], tmp_path: Path) -> None:
    """Where nobody is in the middle of anything, any edit will do."""
    path = tmp_path / "new.db"
    await (await Store.open(f"sqlite:///{path}", key=None, now=lambda: NOW)).close()
    assert (0, ["Nobody is in the middle of anything."]) == told(edited(), path)


def test_no_database_is_a_sentence(edited: Callable[..., Path], tmp_path: Path) -> None:
    """A slip in the file's name makes no new database, but a sentence."""
    with pytest.raises(StoreError, match="There is no database"):
        told(edited(), tmp_path / "nothing.db")
    assert not (tmp_path / "nothing.db").exists()


def test_the_command_itself(edited: Callable[..., Path], database: Path) -> None:
    """`ajar check FOLDER --against DATABASE` as an operator types it, while nothing is running."""
    folder = edited(("  warmth:\n", "  heat:\n"), ("warmth", "heat"))
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check", str(folder), "--against", f"sqlite:///{database}"],
        cwd=ROOT,
        env={**os.environ, "CONTENT_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (1, "") == (done.returncode, done.stderr)
    assert "LOSE THEIR PLACE" in done.stdout
