"""Every example of docs/checks.md does what the page says."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.flows.findings import RULES, Severity
from bot.flows.loading import read

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
_SECTION = re.compile(r"^### (C\d+) (.+) · (error|warning)$", re.MULTILINE)
_EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^# (\S+\.ya?ml)\n", re.MULTILINE)
BESIDE = "flow: walk\ntitle: A walk\nstart: hi\nsteps:\n  hi:\n    say: Hi.\n    go: end\n"
_ARROW = re.compile(r"[ ]*# ←$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """One code of the page with its bad and its good example."""

    code: str
    title: str
    severity: str
    bad: str
    good: str


def sections() -> Iterator[Section]:
    parts = _SECTION.split(PAGE.read_text(encoding="utf-8"))[1:]
    for code, title, severity, body in zip(*[iter(parts)] * 4, strict=True):
        bad, good = _EXAMPLE.findall(body)
        yield Section(code, title, severity, bad, good)


def lay_out(example: str, folder: Path) -> tuple[str, int]:
    """Write an example's files and give the place its arrow points at."""
    parts = _FILE.split(example)
    if len(parts) == 1:
        first = example.split(":")[0]
        head = f"flow: walk\ntitle: A walk\nstart: {first}\nsteps:\n"
        parts = ["", "en/walk.yaml", head + textwrap.indent(example, "  ")]
    marked = ("", 0)
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        for number, line in enumerate(text.splitlines(), 1):
            if "# ←" in line:
                marked = (name, number)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_ARROW.sub("", text), encoding="utf-8")
    if not list(folder.glob("en/*.y*ml")):
        (folder / "en" / "walk.yaml").write_text(BESIDE, encoding="utf-8")
    (folder / "door.png").write_bytes(b"\x89PNG")
    return marked


ALL = list(sections())
BY_CODE = pytest.mark.parametrize("section", ALL, ids=[section.code for section in ALL])


@BY_CODE
def test_bad_example_is_found(section: Section, tmp_path: Path) -> None:
    """The bad example yields its code, at the marked line."""
    marked = lay_out(section.bad, tmp_path)
    found = [(f.place.file, f.place.line) for f in read(tmp_path)[1] if f.code == section.code]
    assert marked in found


@BY_CODE
def test_good_example_is_fine(section: Section, tmp_path: Path) -> None:
    """The good example yields neither its code nor any error."""
    lay_out(section.good, tmp_path)
    findings = read(tmp_path)[1]
    wrong = [str(f) for f in findings if f.code == section.code or f.severity is Severity.ERROR]
    assert wrong == []


def test_page_names_every_code() -> None:
    """The page has every code once, with the title and severity it has in the program."""
    written = [(s.code, s.title, s.severity) for s in ALL]
    assert written == [(code, rule.title, rule.severity) for code, rule in RULES.items()]


def test_there_are_at_least_forty_checks() -> None:
    """The checker promises at least forty coded checks."""
    assert len(RULES) >= 40
