"""The slash commands, as the payload Discord takes and as a fingerprint.

Owns their names, descriptions, where they may be used and where the app may be installed. Pure.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from bot.ports import Phrases

Payload = list[dict[str, Any]]

GUILD_INSTALL, USER_INSTALL = 0, 1
IN_SERVERS, IN_BOT_DM = 0, 1
CHAT_INPUT = 1

DESCRIPTION_LIMIT = 100
NAME = re.compile(r"^[-_'\w]{1,32}$")
"""Discord's rule for a command name, which must also be in lower case."""

LOCALES: Mapping[str, tuple[str, ...]] = {
    "en": ("en-US", "en-GB"),
    "es": ("es-ES", "es-419"),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
    "nb": ("no",),
}
"""Where Discord's locale names differ from plain language tags; any other tag is its own name."""

KNOWN = {
    *("id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl"),
    *("no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi"),
    *("th", "zh-CN", "ja", "zh-TW", "ko"),
}
"""Every locale Discord knows: it refuses a command that names another."""


def payload(phrases: Phrases) -> Payload:
    """Make the whole list of commands, in the order of the English house words."""
    return [_command(name, phrases) for name, _ in phrases.commands.get("en", ()) if _is_name(name)]


def fingerprint(made: Payload, application: int) -> str:
    """Tell one list of commands of one application from another."""
    written = json.dumps([application, made], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _command(name: str, phrases: Phrases) -> dict[str, Any]:
    described: dict[str, str] = {}
    names: dict[str, str] = {}
    for language in phrases.commands:
        own, describe = _in(language, name, phrases)
        for locale in LOCALES.get(language, (language,)):
            if locale not in KNOWN:
                continue
            if describe:
                described[locale] = describe[:DESCRIPTION_LIMIT]
            if _is_name(own):
                names[locale] = own
    return {
        "type": CHAT_INPUT,
        "name": name,
        "name_localizations": names,
        "description": (dict(phrases.commands["en"])[name] or name)[:DESCRIPTION_LIMIT],
        "description_localizations": described,
        "integration_types": [GUILD_INSTALL, USER_INSTALL],
        "contexts": [IN_SERVERS, IN_BOT_DM],
    }


def _in(language: str, name: str, phrases: Phrases) -> tuple[str, str]:
    """Give a command's own name and description in a language. A house that keeps the English
    names is read by name; one that has its own, in the same order, by place."""
    english = [known for known, _ in phrases.commands["en"]]
    own = phrases.commands[language]
    by_name = dict(own)
    if name in by_name:
        return name, by_name[name]
    if len(own) == len(english) and not set(english) & set(by_name):
        return own[english.index(name)]
    return name, ""


def _is_name(name: str) -> bool:
    return bool(NAME.match(name)) and name == name.lower()
