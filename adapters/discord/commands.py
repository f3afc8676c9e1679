"""The slash commands, as the library's tree holds them and Discord is told of them.

Owns their names, descriptions, where they may be used and where the app may be installed. The tree
only says which commands there are; what one of them does is read from the raw event like everything
else, so that nothing depends on what is in memory and nobody answers twice.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.ports import Phrases

Payload = list[dict[str, Any]]

DESCRIPTION_LIMIT = 100
NAME = re.compile(r"^[-_'\w]{1,32}$")
"""Discord's rule for a command name, which must also be in lower case."""

LANGUAGES: Mapping[str, str] = {"no": "nb"}
"""Where Discord names a language otherwise than the content does."""


class Commands(app_commands.CommandTree[discord.Client]):
    """Every command, in the order of the English house words and in every language."""

    def __init__(self, client: discord.Client, phrases: Phrases) -> None:
        super().__init__(
            client,
            # Other people's DMs are left out: whatever was used there could only point home.
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._house_words = _HouseWords(phrases)
        for name, description in phrases.commands.get("en", ()):
            if _is_name(name):
                self.add_command(
                    app_commands.Command(
                        name=app_commands.locale_str(name),
                        description=app_commands.locale_str(_cut(description) or name),
                        callback=_is_read_elsewhere,
                    )
                )

    async def payload(self) -> Payload:
        """Give the whole list as Discord is told of it."""
        return [
            await command.get_translated_payload(self, self._house_words)
            for command in self.get_commands(type=discord.AppCommandType.chat_input)
        ]

    async def interaction_check(self, _interaction: discord.Interaction, /) -> bool:
        """Leave every interaction to the raw events."""
        return False


def fingerprint(made: Payload, application: int) -> str:
    """Tell one list of commands of one application from another."""
    written = json.dumps([application, made], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


class _HouseWords(app_commands.Translator):
    """Names and descriptions from the house words, for every locale that Discord knows."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    async def translate(
        self,
        _string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Give a command's name or description in this locale; None where we do not speak it."""
        language = self._language(locale.value)
        if language is None or not isinstance(context.data, app_commands.Command):
            return None
        name, description = _in(language, context.data.name, self._phrases)
        if context.location is app_commands.TranslationContextLocation.command_name:
            return name if _is_name(name) else None
        return _cut(description) or None

    def _language(self, locale: str) -> str | None:
        plain = locale.partition("-")[0]
        spoken = self._phrases.commands
        return next((one for one in (locale, LANGUAGES.get(plain, plain)) if one in spoken), None)


async def _is_read_elsewhere(interaction: discord.Interaction) -> None:
    """Do nothing: no command is ever run by the library."""


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


def _cut(description: str) -> str:
    return description[:DESCRIPTION_LIMIT]
