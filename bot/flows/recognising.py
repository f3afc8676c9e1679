"""Everything the recogniser of danger needs, read from a content folder.

Owns which files go together: each language's `safety.yaml`, and beside it, where the folder has
`weights.yaml` for all of them, its `concepts.yaml`. Their forms are owned by the modules that read
them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.errors import ContentError
from bot.flows import concepts, safety_rules, weights
from bot.flows.concepts import Concepts
from bot.flows.danger_rules import CATEGORIES, LanguageRules, Rules

FILES = (safety_rules.FILE, concepts.FILE)
"""The files of a language folder that are read here."""

_known: dict[bytes, Rules] = {}
"""The rules read last, by what their files held: a change elsewhere in the content leaves them."""


def load_rules(folder: Path) -> Rules:
    """Read `<folder>/<language>/safety.yaml` for every language that has one, with the weights of
    the languages that have them. Files that hold what they held last time are not read again.

    Raises `ContentError` with one sentence naming the file and what is wrong in it.
    """
    held = _digest(folder)
    if held not in _known:
        rules = _read(folder)
        _known.clear()
        _known[held] = rules
    return _known[held]


def _digest(folder: Path) -> bytes:
    files = (path for name in FILES for path in folder.glob(f"*/{name}"))
    found = hashlib.sha256()
    for path in sorted((*files, folder / weights.FILE)):
        body = path.read_bytes() if path.is_file() else b""
        found.update(f"{path.relative_to(folder)} {len(body)}\n".encode() + body)
    return found.digest()


def _read(folder: Path) -> Rules:
    found = rules_alone(folder)
    file = folder / weights.FILE
    if file.is_file():
        learnt = weights.read_weights(file.read_text(encoding="utf-8"), CATEGORIES, file.name)
        for language, own in learnt.items():
            if language in found:
                known = concepts_of(folder, found[language], own.names)
                found[language] = replace(found[language], concepts=known, weights=own)
    return Rules(found)


def rules_alone(folder: Path) -> dict[str, LanguageRules]:
    """Read the rules of every language, without weights."""
    found = {}
    for path in sorted(folder.glob(f"*/{safety_rules.FILE}")):
        language = path.parent.name
        text = path.read_text(encoding="utf-8")
        found[language] = safety_rules.read_rules(text, language, f"{language}/{path.name}")
    if not found:
        raise ContentError(
            f"No {safety_rules.FILE} was found in any language folder; danger needs its rules."
        )
    return found


def concepts_of(folder: Path, rules: LanguageRules, names: Sequence[str] = ()) -> Concepts:
    """Read the concepts of a language, each in its place among `names` where they are given."""
    file = folder / rules.language / concepts.FILE
    name = f"{rules.language}/{concepts.FILE}"
    if not file.is_file():
        raise ContentError(f"{name} is missing; {weights.FILE} needs it.")
    forms, fillers = rules.spelling.forms, rules.spelling.fillers
    return concepts.read_concepts(file.read_text(encoding="utf-8"), forms, fillers, name, names)
