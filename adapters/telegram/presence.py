"""How the bot presents itself: command menu, descriptions, menu button, in every language.

Owns saying these to Telegram, and only when they have changed. Must not know where the words come
from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, MenuButtonCommands
from telegram.error import TelegramError

from adapters.telegram import failures
from bot.errors import StoreError
from bot.ports import Notes, Phrases

NOTE = "telegram-presence"

DESCRIPTION_LIMIT = 512
SHORT_LIMIT = 120
COMMAND_LIMIT = 256
"""Characters of the description, the short description, and a command's description (Bot API,
setMyDescription, setMyShortDescription, BotCommand)."""

MENU_LIMIT = 100
"""Commands of one menu (Bot API, setMyCommands)."""

DEFAULT = "en"
"""The language shown to everybody whose own is missing."""

_COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")

log = structlog.get_logger(__name__)


async def present(bot: Bot, notes: Notes, phrases: Phrases) -> None:
    """Tell Telegram who we are, unless it was told the same before.

    A failure is one line in the log and another try at the next start: a bot without its menu
    still answers.
    """
    try:
        await _present(bot, notes, phrases)
    except TelegramError as problem:
        why = str(failures.meaning(problem))
    except StoreError:
        why = "store"
    else:
        return
    log.warning(
        "telegram-presence-not-set",
        reason=why,
        says="The command menu could not be set; Ajar tries again at its next start.",
    )


async def _present(bot: Bot, notes: Notes, phrases: Phrases) -> None:
    languages = sorted({*phrases.words, *phrases.commands, DEFAULT})
    fingerprint = _fingerprint(bot.token, languages, phrases)
    known = json.loads(await notes.get(NOTE) or "{}")
    if known.get("fingerprint") == fingerprint:
        return
    for language in languages:
        await _introduce(bot, language, phrases)
    for language in sorted(set(known.get("languages", ())) - set(languages)):
        await bot.delete_my_commands(BotCommandScopeAllPrivateChats(), language_code=language)
        await bot.set_my_description("", language_code=language)
        await bot.set_my_short_description("", language_code=language)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    await notes.put(NOTE, json.dumps({"fingerprint": fingerprint, "languages": languages}))


async def _introduce(bot: Bot, language: str, phrases: Phrases) -> None:
    code = None if language == DEFAULT else language
    commands = [BotCommand(name, describe) for name, describe in menu(phrases, language)]
    await bot.set_my_commands(commands, scope=BotCommandScopeAllPrivateChats(), language_code=code)
    description, short = _words(phrases, language)
    await bot.set_my_description(description, language_code=code)
    await bot.set_my_short_description(short, language_code=code)


def _words(phrases: Phrases, language: str) -> tuple[str, str]:
    """Give description and short description; a content folder may go without."""
    if "bot-description" not in phrases.words[DEFAULT]:
        return "", ""
    description = phrases.word(language, "bot-description")[:DESCRIPTION_LIMIT]
    return description, phrases.word(language, "bot-short-description")[:SHORT_LIMIT]


def menu(phrases: Phrases, language: str) -> list[tuple[str, str]]:
    """Give the commands to show, in the order of the content, each in this language or else in
    English. A command without a description is only a word to type, and one with a name that
    Telegram does not take would make it refuse all of them."""
    english = dict(phrases.commands.get(DEFAULT, ()))
    own = dict(phrases.commands.get(language, ()))
    described = [(name, own.get(name) or words) for name, words in english.items()]
    return [
        (name, words[:COMMAND_LIMIT])
        for name, words in described
        if words and _COMMAND_NAME.fullmatch(name)
    ][:MENU_LIMIT]


def _fingerprint(token: str, languages: Sequence[str], phrases: Phrases) -> str:
    """Reduce everything said to a hash; the bot's own number is in it, so that another bot on the
    same database is presented, too."""
    said = [
        token.partition(":")[0],
        [
            [
                language,
                menu(phrases, language),
                _words(phrases, language),
            ]
            for language in languages
        ],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
