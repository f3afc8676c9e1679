"""The bot's own words: phrases, buttons, commands and stop words, one `House` a language.

Owns what a house file holds and the few English words that must work even when every content file
is broken. Knows nothing of when a phrase is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BUILT_IN: Mapping[str, str] = {
    "crisis-first": "I'm glad you said something. You matter more than any exercise here.",
    "crisis-emergency": "If you or someone else is in danger right now, call your local "
    "emergency number. In most of Europe it is 112, in the USA and Canada "
    "911, in the UK 999, in Australia 000.",
    "crisis-emergency-here": "If you or someone else is in danger right now: {number}.",
    "crisis-lines": "People to talk to in {country}:",
    "crisis-no-line": "I know of no line in {country} that I can vouch for. Lines for many "
    "countries: {address}",
    "crisis-directory": "Lines for many countries: {address}",
    "crisis-program": "I am a program. I can't see you, and I can't call anyone for you.",
    "crisis-where": "Which country are you in? Then I can show the numbers there.",
    "crisis-which-country": "Which country are you in?",
    "crisis-guess": "{country}? That is a guess",
    "crisis-phone": "Call {number}",
    "crisis-sms": "Text {number}",
    "crisis-sms-word": "Text {word} to {number}",
    "crisis-whatsapp": "WhatsApp {number}",
    "crisis-chat": "Chat: {address}",
    "crisis-page": "Web: {address}",
    "crisis-email": "E-mail: {address}",
    "crisis-hours": "Hours: {hours}",
    "crisis-languages": "Languages: {languages}",
    "crisis-double-check": "(please double-check: our source is from {date})",
    "crisis-double-check-undated": "(please double-check: our source has no date)",
    "choice-stop-here": "Stop for now",
    "choice-other-countries": "Other countries",
    "choice-countries": "Choose a country",
    "gentle-question": "Before we go on, one question. Are you safe right now?",
    "gentle-question-worry": "That sounds worrying. Are they safe right now, and are you?",
    "choice-safe": "Yes, safe enough",
    "choice-unsafe": "No, or I'm not sure",
    "choice-lines": "Show me who I could talk to",
    "gentle-safe": "Thank you. If that changes, write /crisis at any time.",
    "kept-safe": "Something went wrong on my side. Your place is kept. You can go on "
    "from where you were.",
    "resting": "I can't go on with our talk right now. Your place is kept. If it is "
    "serious, type crisis.",
    "moved-on": "That question has moved on.",
    "stopped-here": "Then we stop here. Your place is kept, and /crisis works at any time.",
    "choice-carry-on": "Carry on where I was",
    "choice-more": "More",
}
"""English words for the worst moment, said when content cannot be read at all; a test holds them
to the same words in `content/en/house`."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as shown in this language: its name, its description, more words that give it."""

    name: str
    describe: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """The house words of one language.

    `phrases` maps a key to its variants; `fallback` is the English house for keys this one lacks.
    """

    language: str
    name: str
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    commands: Mapping[str, Command] = field(default_factory=dict)
    stop_words: tuple[str, ...] = ()
    menu: tuple[str, ...] = ()
    fallback: House | None = None

    def phrase(self, key: str, **values: str) -> str:
        """Give a house phrase with its `{names}` filled in. An unknown key gives the built-in
        words, and as the last resort the apology that the place is kept."""
        words = (self.phrases.get(key) or self.variants(key))[0]
        return words.format_map(_Kept(values)) if "{" in words else words

    def variants(self, key: str) -> tuple[str, ...]:
        """Give every variant of a phrase, unfilled; at least one."""
        own = self.phrases.get(key)
        if own:
            return own
        if self.fallback is not None:
            return self.fallback.variants(key)
        return (BUILT_IN.get(key, BUILT_IN["kept-safe"]),)


class _Kept(dict[str, str]):
    """Leaves an unknown `{name}` as it stands instead of failing."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
