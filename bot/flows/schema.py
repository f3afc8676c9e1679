"""A JSON Schema of flow files, for completion and hover in editors.

Owns the words an editor shows beside each name. The names themselves are the reader's, and a test
holds the two together. The checker stays the judge: a schema knows nothing of graphs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.flows.names import ID_LIMIT
from bot.flows.reader import FLOW_NAMES, STEP_NAMES
from bot.flows.reader_words import TRANSLATED_FLOW, TRANSLATED_STEP

_TEXT: Mapping[str, Any] = {"type": ["string", "number", "boolean"]}
"""Editors read bare words like `yes` or `5` as other types; Ajar reads every one as text."""

_TEXTS: Mapping[str, Any] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_ID: Mapping[str, Any] = {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": ID_LIMIT}
_LABELS: Mapping[str, Any] = {
    "type": "object",
    "propertyNames": _ID,
    "additionalProperties": _TEXT,
    "minProperties": 1,
}

_NAMES: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "flow": (_ID, "The flow's id: the file's name without `.yaml`. It never changes."),
    "title": (_TEXT, "What the flow is called in the menu. At most 38 characters read well."),
    "about": (_TEXT, "One line for the menu."),
    "was": (_TEXTS, "Old names. Whoever waited there wakes up here, answers intact."),
    "start": (_ID, "The step a person begins at."),
    "steps": ({"type": "object"}, "The steps, each below its name."),
    "say": (_TEXTS, "What Ajar says. In a list, the variant heard longest ago is used."),
    "choose": (_LABELS, "One answer of several. Left the stored word, right what is shown."),
    "pick": (_LABELS, "Several answers of several. Left the stored word, right what is shown."),
    "scale": (
        {
            "type": "object",
            "propertyNames": {"pattern": "^-?[0-9]+$"},
            "additionalProperties": _TEXT,
            "minProperties": 2,
        },
        "A number. Write words at the lowest and at the highest one.",
    ),
    "write": (
        {"type": "string", "pattern": "^up to [0-9]+( characters)?$"},
        "Free words, private: `up to 500`.",
    ),
    "at least": ({"type": ["integer", "string"]}, "How many have to be picked; 1 if not said."),
    "at most": ({"type": ["integer", "string"]}, "How many may be picked; all if not said."),
    "also understand": (
        {"type": "object", "additionalProperties": _TEXTS},
        "More words to type for an answer: `often: [a lot, mostly]`.",
    ),
    "if not understood": (_TEXT, "What is said when typed words fit no answer."),
    "go": (
        _TEXTS,
        (
            "The next step, or `end`; or lines like `step, if how-often is rarely`, the last one "
            "without a condition."
        ),
    ),
    "visit": (_ID, "Another flow to go through before going on here."),
    "check in": (
        _TEXT,
        (
            "Ask again later: `how-was-it, in 2 days in the evening`, `how-was-it, in 3 hours`, "
            "`how-was-it, next day in the morning`."
        ),
    ),
    "covers": (_TEXTS, "The points of the outline this step carries: `[S1, R2.3]`."),
    "picture": (_TEXT, "A picture in the content folder, with `alt:` beside it."),
    "alt": (_TEXT, "What the picture shows, for those who cannot see it."),
    "wording": (_TEXT, "The mark of the English words; `ajar check --stamp` writes it."),
}


def flow_schema() -> dict[str, Any]:
    """Give the schema of an English flow."""
    return _file("A flow", FLOW_NAMES, STEP_NAMES, ("flow", "title", "start", "steps"))


def translation_schema() -> dict[str, Any]:
    """Give the schema of a translated flow."""
    return _file("A translated flow", TRANSLATED_FLOW, TRANSLATED_STEP, ("flow", "steps"))


def _file(
    title: str, top: Iterable[str], step: Iterable[str], required: Iterable[str]
) -> dict[str, Any]:
    properties = {name: _property(name) for name in top}
    properties["steps"] |= {
        "propertyNames": _ID,
        "additionalProperties": {
            "type": "object",
            "properties": {name: _property(name) for name in step},
            "additionalProperties": False,
        },
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _property(name: str) -> dict[str, Any]:
    shape, description = _NAMES[name]
    return {**shape, "description": description}
