"""Everything the recogniser of danger needs, read from the language folders of a content folder.

Owns which files of a language go together: `safety.yaml`, and where there are both, `concepts.yaml`
and `weights.yaml`. Their forms are owned by the modules that read them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.errors import ContentError
from bot.flows import concepts, safety_rules, weights
from bot.flows.danger_rules import CATEGORIES, LanguageRules, Rules

FILES = (safety_rules.FILE, concepts.FILE, weights.FILE)
"""The files of a language folder that are read here."""


def load_rules(folder: Path) -> Rules:
    """Read `<folder>/<language>/safety.yaml` for every language that has one.

    Raises `ContentError` with one sentence naming the file and what is wrong in it.
    """
    found = {}
    for path in sorted(folder.glob(f"*/{safety_rules.FILE}")):
        language = path.parent.name
        text = path.read_text(encoding="utf-8")
        rules = safety_rules.read_rules(text, language, f"{language}/{path.name}")
        found[language] = _with_weights(rules, path.parent)
    if not found:
        raise ContentError(
            f"No {safety_rules.FILE} was found in any language folder; danger needs its rules."
        )
    return Rules(found)


def _with_weights(rules: LanguageRules, folder: Path) -> LanguageRules:
    """Give the rules together with the concepts and weights of a language folder, if it has any."""
    concepts_file, weights_file = folder / concepts.FILE, folder / weights.FILE
    if not (concepts_file.is_file() and weights_file.is_file()):
        return rules
    name = f"{folder.name}/{concepts.FILE}"
    spelling = rules.spelling
    text = concepts_file.read_text(encoding="utf-8")
    known = concepts.read_concepts(text, spelling.forms, spelling.fillers, name)
    name = f"{folder.name}/{weights.FILE}"
    text = weights_file.read_text(encoding="utf-8")
    learnt = weights.read_weights(text, known.names, CATEGORIES, name)
    return replace(rules, concepts=known, weights=learnt)
