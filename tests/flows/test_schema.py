"""The schemas for editors agree with the reader, and lie up to date beside the content."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.commands.schema import schemas, write_schemas
from bot.flows.schema import flow_schema, translation_schema

CONTENT = Path(__file__).parents[2] / "content"
FLOWS = sorted(CONTENT.glob("en/*.yaml"))


@pytest.mark.parametrize("name", list(schemas()))
def test_schemas_lie_up_to_date_beside_the_content(name: str) -> None:
    """Whoever changes what a flow may hold runs `ajar schema` again."""
    assert (CONTENT / name).read_text("utf-8") == schemas()[name]


def test_schemas_are_valid_and_written_where_they_belong(tmp_path: Path) -> None:
    """Both schemas are schemas themselves, and land in the content folder."""
    for path in write_schemas(tmp_path):
        Draft7Validator.check_schema(json.loads(path.read_text("utf-8")))
    assert sorted(path.name for path in (tmp_path / "schema").iterdir()) == [
        "flow.json",
        "translation.json",
    ]


@pytest.mark.parametrize("path", FLOWS, ids=[path.stem for path in FLOWS])
def test_shipped_flows_fit_their_schema(path: Path) -> None:
    """An editor shows no mistake in a flow that is fine."""
    loaded = yaml.safe_load(path.read_text("utf-8"))
    if "flow" in loaded:
        wrong = Draft7Validator(flow_schema()).iter_errors(loaded)
        assert [error.message for error in wrong] == []


@pytest.mark.parametrize(
    "text",
    [
        "flow: a\ntitle: A\nstart: b\nsteps: {b: {sya: Hi., go: end}}",
        "flow: a\ntitle: A\nsteps: {b: {say: Hi., go: end}}",
        "flow: A Flow\ntitle: A\nstart: b\nsteps: {b: {say: Hi., go: end}}",
        "flow: a\ntitle: A\nstart: b\nsteps: {b: {say: Hi., write: a lot, go: end}}",
        "flow: a\ntitle: A\nstart: b\nsteps: {b: {say: Hi., scale: {low: x, high: y}, go: end}}",
    ],
)
def test_editor_shows_slips(text: str) -> None:
    """A misspelt name, a missing part, a bad id or length is underlined while writing."""
    assert list(Draft7Validator(flow_schema()).iter_errors(yaml.safe_load(text))) != []


def test_translation_holds_no_ways() -> None:
    """In a translation an editor offers words only."""
    text = "flow: a\nsteps: {b: {say: Hola., go: end}}"
    assert list(Draft7Validator(translation_schema()).iter_errors(yaml.safe_load(text))) != []
