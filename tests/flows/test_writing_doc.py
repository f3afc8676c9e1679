"""Everything docs/writing.md shows works as it is shown."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from bot.explore.search import explore
from bot.flows.findings import Finding, Severity
from bot.flows.grammar import parse
from bot.flows.library import Library
from bot.flows.loading import read
from tests.flows.writing import lay_out

PAGE = (Path(__file__).parents[2] / "docs" / "writing.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FLOWS = [text for text in EXAMPLES if text.startswith("flow:") and "\nstart:" in text]
TRANSLATION = next(text for text in EXAMPLES if text.startswith("flow:") and text not in FLOWS)
STEPS = [text for text in EXAMPLES if not text.startswith("flow:")]
CONDITIONS = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
GATE = (
    "flow: safe-enough\ntitle: Is it safe?\nstart: near\nsteps:\n  near:\n    say: Is it safe?\n"
    "    choose:\n      fine: Yes\n      afraid: Not really\n    go: end\n"
)


def checked(folder: Path, flow: str, **files: str) -> tuple[Library | None, list[Finding]]:
    """Read a flow beside the gate."""
    others = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    lay_out(folder, {"en/slow-evening.yaml": flow, "en/safe-enough.yaml": GATE, **others})
    return read(folder)


@pytest.mark.parametrize("number", range(len(FLOWS)))
def test_whole_flows_pass_every_check(number: int, tmp_path: Path) -> None:
    """A flow of the page has neither errors nor warnings."""
    assert checked(tmp_path, FLOWS[number])[1] == []


@pytest.mark.parametrize("number", range(len(STEPS)))
def test_steps_pass_every_check(number: int, tmp_path: Path) -> None:
    """The steps of the page make a flow without errors or warnings."""
    start = STEPS[number].split(":")[0]
    head = f"flow: slow-evening\ntitle: A slow evening\nstart: {start}\nsteps:\n"
    assert checked(tmp_path, head + textwrap.indent(STEPS[number], "  "))[1] == []


def test_last_flow_has_eleven_steps(tmp_path: Path) -> None:
    """The flow the page ends with has the eleven steps it promises."""
    library = checked(tmp_path, FLOWS[-1])[0]
    assert library is not None
    assert len(library.flows["slow-evening"].steps) == 11


def test_last_flow_leaves_nobody_in_silence(tmp_path: Path) -> None:
    """What the page ends with passes the walk that the page ends with, too."""
    library = checked(tmp_path, FLOWS[-1])[0]
    assert library is not None
    assert [] == explore(library, "slow-evening").problems


def test_translation_fits(tmp_path: Path) -> None:
    """The translation of the page fits the flow it translates."""
    house = "house: es\nname: Español\n"
    files = {"es__slow-evening": TRANSLATION, "es__house__core": house}
    library, findings = checked(tmp_path, FLOWS[-1], **files)
    assert [f for f in findings if f.severity is Severity.ERROR] == []
    assert library is not None
    assert library.title("es", "slow-evening") == "Una tarde tranquila"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_are_understood(condition: str) -> None:
    """Every condition of the table is one."""
    assert parse(condition).names() != ()


def test_schemas_named_for_editors_are_there() -> None:
    """The settings of the page name schemas that lie in the content folder."""
    shown = re.search(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    for path in json.loads(shown[1])["yaml.schemas"]:
        assert (Path(__file__).parents[2] / path).is_file()
