"""The commands for writers, as they are typed: each does its work and gives its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.commands.map import write_map
from tests.conftest import ROOT, write_content

MAP = ROOT / "docs" / "map"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A small content folder."""
    return str(write_content(tmp_path / "content"))


def ajar(*words: str) -> tuple[int, str]:
    """Type a command, and give its exit code and what it printed."""
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    return done.exit_code, done.stdout


def test_check_and_its_ways(folder: str) -> None:
    """Findings as text and for tools; `--strict` counts warnings; coverage and stamp are there."""
    code, text = ajar("check", folder)
    assert (0, True) == (code, text.startswith("Warnings"))
    assert 1 == ajar("check", folder, "--strict")[0]
    code, text = ajar("check", folder, "--json")
    assert (0, True) == (code, "findings" in json.loads(text))
    assert (2, f"There is no outline.yaml in {folder}.\n") == ajar("check", folder, "--coverage")
    assert 2 == ajar("check", folder, "--stamp", "es")[0]
    assert 0 == ajar("check", folder, "--reading")[0]


def test_the_outline_is_carried_whole() -> None:
    """The coverage table of the shipped content has no gap."""
    code, text = ajar("check", str(ROOT / "content"), "--coverage")
    assert (0, False) == (code, "nowhere" in text)


def test_explore_and_transcripts(folder: str) -> None:
    """A flow is walked; transcripts are written where there are none, and hold afterwards."""
    assert "biscuit: 2 states" in ajar("explore", "biscuit", "--folder", folder)[1]
    assert 1 == ajar("transcripts", folder)[0]
    assert 0 == ajar("transcripts", folder, "--rewrite")[0]
    assert 0 == ajar("transcripts", folder)[0]


def test_a_new_flow_is_good_from_the_start(folder: str) -> None:
    """`ajar new flow` writes a file that passes every check, and can be walked to its end."""
    assert 0 == ajar("new", "flow", "slow-evening", folder)[0]
    assert not [
        finding
        for finding in json.loads(ajar("check", folder, "--json")[1])["findings"]
        if finding["file"] == "en/slow-evening.yaml" and finding["severity"] == "error"
    ]
    assert 0 == ajar("explore", "slow-evening", "--folder", folder)[0]


def test_schema_and_map(folder: str, tmp_path: Path) -> None:
    """Both write files and name them."""
    assert 2 == len(ajar("schema", folder)[1].splitlines())
    names = ajar("map", folder, "--flow", "tea", "--to", str(tmp_path / "map"))[1].splitlines()
    assert ["tea.svg", "tea.md"] == [Path(name).name for name in names]


def test_the_map_in_the_readme_is_up_to_date(tmp_path: Path) -> None:
    """`ajar map --flow safe-enough --to docs/map` would write what is there."""
    written = write_map(ROOT / "content", tmp_path, only="safe-enough")
    assert {path.name: path.read_text("utf-8") for path in written} == {
        path.name: path.read_text("utf-8") for path in MAP.iterdir()
    }
    assert "docs/map/safe-enough.md" in (ROOT / "README.md").read_text("utf-8")
