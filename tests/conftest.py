"""What several test folders share: the shipped content, and one small made-up content folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.flows.library import Library
from bot.flows.loading import load

ROOT = Path(__file__).resolve().parent.parent

HOUSE = ROOT / "content" / "en" / "house"

SMALL = {
    "tea.yaml": """
flow: tea
title: A cup of tea
about: Four small questions.
start: hello
steps:
  hello:
    say: [Shall we, "Here again, then."]
    go: kind
  kind:
    say: Which kind of tea?
    choose:
      green: Green
      black: Black, with milk
      none: No tea at all
    also understand:
      none: [nothing, neither]
    if not understood: Green, black, or none?
    go:
      - none-left, if kind is none
      - extras, if kind is black
      - warmth
  extras:
    say: What goes into it?
    pick:
      sugar: Sugar
      lemon: Lemon
      milk: More milk
    at least: 1
    at most: 2
    go: warmth
  warmth:
    say: How warm should it be?
    scale:
      1: cold
      5: hot
    go:
      - cool, if warmth at most 2
      - note
  cool:
    say: Cold it is.
    go: note
  note:
    say: Who would you drink it with?
    write: up to 60
    go: biscuit
  biscuit:
    say: "{note or Somebody}, then."
    visit: biscuit
    go: bye
  none-left:
    say: Water is fine as well.
    go: note
  bye:
    say: Enjoy it while it is *warm*.
    check in: was-it, in 2 days in the evening
    go: end
  was-it:
    say: Did the tea happen?
    choose:
      it-did: It did
      it-did-not: Not this time
    go: end
""",
    "biscuit.yaml": """
flow: biscuit
title: A biscuit
start: want
steps:
  want:
    say: A biscuit with that?
    choose:
      yes: Yes please
      not-now: Not today
    go: end
""",
    "walk.yaml": """
flow: walk
title: A short walk
start: far
steps:
  far:
    say: How far today?
    choose:
      near: Round the block
      far: Over the hill
    go: end
""",
}
"""A small content: every kind of question, a branch, a visit and a check-in."""


def write_content(folder: Path, flows: dict[str, str] | None = None) -> Path:
    """Write a content folder with the shipped house words and these flows."""
    (folder / "en" / "house").mkdir(parents=True, exist_ok=True)
    menu = ", ".join(name.removesuffix(".yaml") for name in flows or SMALL)
    for file in HOUSE.glob("*.yaml"):
        words = re.sub(r"(?m)^menu:.*$", f"menu: [{menu}]", file.read_text(encoding="utf-8"))
        (folder / "en" / "house" / file.name).write_text(words, encoding="utf-8")
    for name, text in (flows or SMALL).items():
        (folder / "en" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return load(write_content(tmp_path_factory.mktemp("content")))


@pytest.fixture(scope="session")
def shipped() -> Library:
    return load(ROOT / "content")


@pytest.fixture
def rewritten(tmp_path: Path) -> Callable[..., Library]:
    """Give the small content with some lines replaced: `rewritten(("tea.yaml", old, new), ...)`."""

    def build(*changes: tuple[str, str, str]) -> Library:
        flows = dict(SMALL)
        for name, old, new in changes:
            assert old in flows[name], f"{old!r} is not in {name}"
            flows[name] = flows[name].replace(old, new)
        return load(write_content(tmp_path / "rewritten", flows))

    return build
