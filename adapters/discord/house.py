"""The house words that only Discord needs.

Owns which they are and how they read in English when the content cannot be read: crisis help has
to find its way even then.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Phrases

BUILT_IN: Mapping[str, str] = {
    # After a command in a server: the conversation is in the DM.
    "discord-over-here": "This is between the two of us. Your answer is in our private messages.",
    # The button into the DM.
    "discord-open": "Open our conversation",
    # The DM is closed, and how to open it.
    "discord-closed": "I can't write to you in private yet. Allow direct messages in this server's "
    "privacy settings, then try again.",
    # Nothing could be kept just now.
    "discord-not-now": "I can't keep anything at the moment, so that was not taken.",
    # The button that opens a field for writing, and the name of that field.
    "discord-write": "Write here",
    # The heading above that field.
    "discord-write-title": "Only for you",
    # Stands in a list from which nothing is chosen yet.
    "discord-choose": "Choose what fits",
}
"""Each key of `house/discord.yaml`, with the English of last resort."""


class House:
    """The house words, with a fallback for each of ours."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def word(self, language: str, key: str) -> str:
        """Give one of our words in this language, else in English."""
        try:
            return self._phrases.word(language, key)
        except KeyError:
            return BUILT_IN[key]
