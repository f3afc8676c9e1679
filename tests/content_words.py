"""Every text a person may be shown, filled in every way, for tests that look for certain words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from bot.engine.wording import SLOT
from bot.flows.library import Library
from bot.flows.model import Choose, Pick, Scale

OWN_WORDS = "something of my own"
"""Stands for what a person writes."""

WAYS = 400
"""Ways of filling one text that are tried; no text has so many."""


def rendered(library: Library, language: str) -> Iterator[tuple[str, str]]:
    """Give every text of a language with its place, each slot filled with each of its answers."""
    house = library.house(language)
    for key, variants in house.phrases.items():
        yield from ((f"house/{key}", variant) for variant in variants)
    for command in house.commands.values():
        yield f"house/{command.name}", command.describe
    for flow, wording in library.wordings[language].items():
        yield flow, wording.title
        yield flow, wording.about
        for step, words in wording.steps.items():
            place = f"{flow}/{step}"
            yield from ((place, label) for label in words.labels.values())
            for text in (*words.say, words.again, words.alt):
                yield from ((place, filled) for filled in fillings(library, language, flow, text))


def fillings(library: Library, language: str, flow: str, template: str) -> Iterator[str]:
    """Give a text with its slots filled in every way."""
    slots = list(SLOT.finditer(template))
    ways = [answers(library, language, flow, slot[1]) for slot in slots]
    for chosen in islice(product(*ways), WAYS):
        filled = template
        for slot, words in zip(slots, chosen, strict=True):
            filled = filled.replace(slot[0], words)
        yield filled.replace("*", "")


def answers(library: Library, language: str, flow: str, slot: str) -> list[str]:
    """Give what may stand in a slot: each option, several at once, own words, the fallback."""
    name, _, fallback = slot.partition(" or ")
    there, _, step = name.strip().rpartition("/")
    found = library.step(there or flow, step)
    labels = library.words(language, there or flow, step).labels if found else {}
    match found.question if found else None:
        case Choose(options=options):
            shown = [labels.get(option, option) for option in options]
        case Pick(options=options):
            shown = [labels.get(option, option) for option in options]
            shown.append(", ".join(shown))
        case Scale(low=low, high=high):
            shown = [str(number) for number in range(low, high + 1)]
        case _:
            shown = [OWN_WORDS]
    return [*shown, fallback]
