"""The README tells the truth: its conversation, its links, its commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.flows.library import Library
from bot.testing import Player

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *(ROOT / "docs").rglob("*.md"),
]


def test_the_conversation_is_what_happens(shipped: Library) -> None:
    """Typing what the README types shows what the README shows (a line may end in an ellipsis)."""
    talk = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert talk is not None
    player = Player(shipped).send("/start")
    for line in filter(str.strip, talk[1].splitlines()):
        if line.startswith("> "):
            player.send(line.removeprefix("> "))
        else:
            player.sees(line.strip().removesuffix("…").strip())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of every page names a file that is there."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_named_tests_are_there() -> None:
    """Every test file that the architecture page names exists."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in re.findall(r"`(tests/[\w/.]+)`", page):
        assert (ROOT / name).exists(), name


def test_make_targets_are_there() -> None:
    """Every `make` command that the README names is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake (\w[\w-]*)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
