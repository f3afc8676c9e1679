"""House words and code agree: a key that is used is written, a key that is written is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.flows.library import Library

ROOT = Path(__file__).resolve().parent.parent

SPOKEN = {"phrase": "", "tell": "", "variants": "", "way": "way-", "options": "choice-", "word": ""}
"""The calls that take a key, and what they put before it."""


def sources() -> Iterator[ast.Module]:
    for folder in ("bot", "adapters"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def used_keys() -> set[str]:
    """Every key given as a plain text to a call that speaks."""
    keys = set()
    for call in (node for tree in sources() for node in ast.walk(tree)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            before = SPOKEN.get(call.func.attr)
            if before is not None:
                keys |= {
                    before + argument.value
                    for argument in call.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }
    return keys


def every_text() -> tuple[set[str], set[str]]:
    """Every text in the code, and every beginning of a composed one (`sent-` of `sent-{thing}`, or
    a constant such as `country-`)."""
    texts, beginnings = set(), set()
    for node in (node for tree in sources() for node in ast.walk(tree)):
        if isinstance(node, ast.JoinedStr) and node.values:
            first = node.values[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                beginnings.add(first.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
    return texts, {text for text in texts | beginnings if text.endswith("-")}


@pytest.fixture(scope="module")
def written(shipped: Library) -> set[str]:
    return set(shipped.house("en").phrases)


def test_every_used_key_is_written(written: set[str]) -> None:
    """A key that the code says stands in the English house words."""
    keys = {key for key in used_keys() if key and " " not in key}
    assert set() == {key for key in keys if key not in written and not key.isupper()}


def test_every_written_key_is_used(written: set[str]) -> None:
    """An English phrase that no code says would only mislead a translator."""
    texts, beginnings = every_text()
    said = {before + text for text in texts for before in ("", "way-", "choice-")}
    assert set() == {
        key
        for key in written
        if key not in said and not any(key.startswith(start) for start in beginnings)
    }
