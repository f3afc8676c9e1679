"""What Ajar never says, wherever it speaks: to a person, in the README, in the pages for hosts."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.conversation import Consent, Frame, save
from bot.engine.turn import take_turn
from bot.events import Said
from bot.flows.checks_care import LETS_IN
from bot.flows.library import Library
from bot.flows.model import Write
from bot.flows.voice import UNSAID
from bot.replies import Manner, Reply
from bot.testing import Player
from tests.content_words import fillings, rendered

ROOT = Path(__file__).resolve().parent.parent

NEVER = {
    "C504": "SAF-10: no praise from a template",
    "C505": "SAF-8: no label, no diagnosis",
    "C506": "SAF-13: no promise, no claim to treat",
    "C507": "SAF-11: no method, nothing that harms",
}
"""The findings of the checker that no text may have, whatever is filled in."""

PAGES = ("README.md", "SECURITY.md", "docs/operating.md", "docs/telegram.md", "docs/discord.md")
"""What somebody reads who thinks of using or hosting Ajar. Pages for writers name these words."""

NETWORK = {"socket", "ssl", "http", "urllib", "aiohttp", "httpx", "requests", "websockets"}


def unsaid(text: str, language: str) -> list[str]:
    """Give what a text says that is never said."""
    return [
        f"{NEVER[each.code]}: “{found[0]}” in “{text}”"
        for each in UNSAID[language]
        if each.code in NEVER and (found := each.pattern.search(text))
    ]


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_no_combination_of_answers_diagnoses_promises_or_praises(
    shipped: Library, language: str
) -> None:
    """SAF-8, SAF-10, SAF-11, SAF-13: every text of this language, house words included, with every
    answer in every one of its slots."""
    texts = list(rendered(shipped, language))
    assert len(texts) > 200
    assert [] == [(place, wrong) for place, text in texts for wrong in unsaid(text, language)]


def test_a_slip_across_a_slot_is_found(shipped: Library) -> None:
    """SAF-8: the test above can fail: neither half is wrong alone, the two together are."""
    template = "You clearly have {nothing or depression}."
    assert not unsaid("depression", "en")
    assert [False, True] == [
        bool(unsaid(text, "en")) for text in fillings(shipped, "en", "signs", template)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_for_users_or_hosts_does_either(page: str) -> None:
    """SAF-13: the README and the pages beside it claim no more than the bot does."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [] == unsaid(text, "en")
    assert not re.search(r"\b(?:cures?|heals?|diagnos(?:es|is)|treats?|prevents?)\b", text)


def test_the_readme_says_what_it_is_not() -> None:
    """SAF-12, SAF-13: not therapy, not for emergencies."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "It is not therapy, and it is not for emergencies" in text.replace("\n", " ")


def test_the_first_message_says_what_this_is(shipped: Library) -> None:
    """SAF-12: before the first use: a program, not therapy, not monitored, not for emergencies,
    for adults, in every language."""
    said = {
        "en": ("a program", "isn't therapy", "nobody is watching", "emergencies", "18"),
        "es": ("programa", "terapia", "nadie", "emergencias", "18"),
        "de": ("Programm", "Therapie", "niemand", "Notf", "18"),
    }
    for language in shipped.languages:
        player = Player(shipped, locale=language).send("/start")
        for words in said[language]:
            player.sees(words)


def test_free_words_are_answered_alike(shipped: Library) -> None:
    """SAF-10: whatever somebody writes, what is said to it is the same, so that nothing in it can
    be applauded; only their own words stand in it."""
    asked = 0
    for flow in shipped.flows.values():
        for step in flow.steps.values():
            if not isinstance(step.question, Write):
                continue
            asked += 1
            heard = []
            for words in ("the kettle", "a walk by the sea, and home"):
                player = Player(shipped)
                player.talk.settings["welcomed"] = True
                player.talk.consent = Consent("words", "1", 0)
                player.talk.turn = 9
                player.talk.stack = [Frame(flow.id, step.id, asked=9)]
                turn = take_turn(shipped, player.talk, Said(words), player.clock(), player.rng)
                heard.append([ours(reply) for reply in turn.replies])
            assert heard[0] == heard[1], f"{flow.id}/{step.id}"
    assert asked > 5


def ours(reply: Reply) -> list[str]:
    """Give what of a reply is not the person's own."""
    return [span.text for span in reply.text if span.manner is not Manner.OWN]


def test_what_invites_closeness_leads_out_of_the_chat(shipped: Library) -> None:
    """SAF-15: a flow that invites somebody nearer ends off the screen: it asks some days later how
    it went, or leaves words to give to a person."""
    inviting = [
        flow
        for flow in shipped.flows.values()
        if any(LETS_IN & set(step.covers) for step in flow.steps.values())
    ]
    assert len(inviting) > 3
    for flow in inviting:
        steps = list(flow.steps.values())
        asks_later = any(step.check_in for step in steps)
        leaves_words = any(isinstance(step.question, Write) for step in steps)
        assert asks_later or leaves_words, flow.id


def test_only_the_platforms_adapters_know_a_network() -> None:
    """PRV-11: nothing but an adapter can call anybody: no other module knows how."""
    knowing = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            knowing |= {str(path) for name in names if name.partition(".")[0] in NETWORK}
    assert {str(ROOT / "bot" / "settings.py")} >= knowing  # it takes addresses apart, no more


class TestPrivacyText:
    """`/privacy` in short, plain, true sentences."""

    @pytest.mark.parametrize("platform", ["telegram", "discord", "terminal"])
    def test_it_names_everything(self, shipped: Library, platform: str) -> None:
        """PRV-15: what is kept, where, who can read it, how long, how to erase, the platform's
        copies, and what was chosen."""
        player = Player(shipped, platform=platform).open_flow("signs").send("/privacy")
        for words in (
            "I keep your place",
            "Your name, phone number and picture are not",
            "sealed on the server",
            "Whoever runs me holds the key",
            "a year at most",
            "/export",
            "/erase deletes it",
            "stays" if platform == "terminal" else f"{platform.title()} keeps the messages",
            "I keep nothing but your place",
        ):
            player.sees(words)

    def test_it_names_who_answers_for_it(self, shipped: Library) -> None:
        """PRV-15, PRV-17: the operator's contact, where it is set, and nothing where it is not."""
        player = Player(shipped).open_flow("signs").send("/privacy")
        player.does_not_see("answers for it")
        player.library = replace(shipped, contact="ajar@example.org")
        player.send("/privacy").sees("answers for it: ajar@example.org")

    def test_it_speaks_every_language(self, shipped: Library) -> None:
        """PRV-15: no part of it falls back to English."""
        parts = ("privacy", "privacy-where", "privacy-how-long", "privacy-yours", "privacy-contact")
        for language in shipped.languages:
            house = shipped.house(language)
            for key in (*parts, "remains-telegram", "remains-discord", "erase-reach-telegram"):
                assert key in house.phrases, (language, key)


class TestRestraintOnDiscord:
    """Discord's terms ask for restraint with what may tell of somebody's health."""

    def test_taps_are_offered_first(self, shipped: Library) -> None:
        """PRV-16: there the choice that keeps no words comes first, and 1 means it."""
        for platform, first in (("discord", "taps"), ("telegram", "words"), ("terminal", "words")):
            player = Player(shipped, platform=platform).send("/start").tap("begin")
            keys = [choice.token.split(".", 2)[2] for choice in player.seen[-1].choices]
            assert first == keys[0]
            assert {"words", "taps", "place"} == set(keys)
            player.send("1")
            assert player.talk.consent is not None
            assert first == player.talk.consent.keep

    def test_nothing_is_kept_unasked(self, shipped: Library) -> None:
        """PRV-16: without an answer not even taps are kept."""
        player = Player(shipped, platform="discord").send("/start").tap("begin").send("/skip")
        assert player.talk.consent is None
        assert '"consent":null' in save(player.talk).decode()
