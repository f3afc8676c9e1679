"""Telegram's own rules for a request: its published description, and the library's types.

Owns the checks that the fake server makes of every call. The description is used where it lies
beside the checkout; the library's types are always used.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import telegram

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "specs" / "telegram-api.json"

NESTED = {
    "reply_markup": telegram.InlineKeyboardMarkup,
    "link_preview_options": telegram.LinkPreviewOptions,
    "scope": telegram.BotCommandScope,
    "menu_button": telegram.MenuButton,
}
NESTED_LISTS = {
    "entities": telegram.MessageEntity,
    "caption_entities": telegram.MessageEntity,
    "commands": telegram.BotCommand,
}


@cache
def description() -> dict[str, Any] | None:
    """Read the description of the Bot API, if it is there."""
    if not DESCRIPTION.is_file():
        return None
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return read


def faults_of(method: str, params: dict[str, Any], files: set[str]) -> list[str]:
    """Say everything that is wrong with a call. `params` are decoded from their form."""
    found = list(_against_library(params))
    described = description()
    if described is None:
        return found
    if method not in described["methods"]:
        return [*found, f"{method} is no method of the Bot API"]
    fields = {field["name"]: field for field in described["methods"][method].get("fields", [])}
    found += [
        f"{method} has no parameter {name}"
        for name in params.keys() | files
        if name not in fields and not _is_attachment(name, params)
    ]
    for name, field in fields.items():
        if field["required"] and name not in params and name not in files:
            found.append(f"{method} lacks {name}")
        if name in params and not any(
            _fits(params[name], wanted, described["types"]) for wanted in field["types"]
        ):
            found.append(f"{method}: {name} is no {' or '.join(field['types'])}")
    return found


def fits_type(value: object, name: str) -> bool:
    """Whether a value is what the description calls by this name (true where there is none)."""
    described = description()
    return described is None or _fits(value, name, described["types"])


def _is_attachment(name: str, params: dict[str, Any]) -> bool:
    return any(value == f"attach://{name}" for value in params.values())


def _against_library(params: dict[str, Any]) -> list[str]:
    given = [(name, kind, params[name]) for name, kind in NESTED.items() if name in params]
    for name, kind in NESTED_LISTS.items():
        given += [(name, kind, item) for item in params.get(name, ())]
    return [fault for name, kind, item in given for fault in _unknown(name, kind.de_json(item))]


def _unknown(name: str, made: telegram.TelegramObject) -> list[str]:
    return [f"{name}: the library does not know {field}" for field in made.api_kwargs]


def _fits(value: object, wanted: str, types: dict[str, Any]) -> bool:
    if wanted.startswith("Array of "):
        inner = wanted.removeprefix("Array of ")
        return isinstance(value, list) and all(_fits(item, inner, types) for item in value)
    match wanted:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "String":
            return isinstance(value, str)
        case "Boolean" | "True":
            return isinstance(value, bool)
        case "InputFile":
            return isinstance(value, str) and value.startswith("attach://")
    kind = types[wanted]
    if kind.get("subtypes"):
        return any(_fits(value, subtype, types) for subtype in kind["subtypes"])
    if not isinstance(value, dict):
        return False
    fields = {field["name"]: field for field in kind.get("fields", [])}
    if not value.keys() <= fields.keys():
        return False
    if any(field["required"] and name not in value for name, field in fields.items()):
        return False
    return all(
        any(_fits(value[name], inner, types) for inner in fields[name]["types"]) for name in value
    )
