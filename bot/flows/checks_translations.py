"""Checks of languages: what is missing, what is older than English, what belongs to nothing.

Owns codes C601 to C604, C606 to C608 and C610.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.flows.content import Content, FlowSource, HouseSource, Shown, WordingSource
from bot.flows.findings import Finding
from bot.flows.library import MASTER
from bot.flows.lines import slots
from bot.flows.model import Place, StepWords
from bot.flows.names import COMMANDS, suggest
from bot.flows.words import stamp

SAME_LENGTH = 20
"""Characters from which two languages hardly ever say the same by chance."""

_NAMES = re.compile(r"\{([a-z0-9-]+)[^{}]*\}")


def check_translations(content: Content) -> Iterator[Finding]:
    """C601 to C604 and C610: every flow in every language there is."""
    for language in content.languages():
        if language == MASTER:
            continue
        translated = content.wordings.get(language, {})
        for name, source in content.flows.items():
            own = translated.get(name)
            if own is not None:
                yield from _flow(source, own)
            elif name not in content.broken:
                problem = f"`{name}` is not translated; people read it in English."
                place = Place(f"{language}/{name}.yaml", 1)
                yield Finding("C601", place, problem, f"Write `{language}/{name}.yaml`.")
        for name, orphan in translated.items():
            if name not in content.flows and name not in content.broken:
                problem = f"There is no flow `{name}` to translate."
                instead = suggest(name, content.flows, "Delete this file.")
                yield Finding("C604", orphan.place, problem, instead)


def _flow(source: FlowSource, own: WordingSource) -> Iterator[Finding]:
    master = source.wording
    for what in ("title", "about"):
        if getattr(master, what) and not getattr(own.wording, what):
            problem = f"`{what}` is not translated."
            yield Finding("C601", own.place, problem, f"Add `{what}:`.")
    for name, words in master.steps.items():
        translated = own.wording.steps.get(name)
        if not (words.say or words.labels or words.again or words.alt):
            continue
        if translated is None:
            problem = f"The step `{name}` is not translated."
            yield Finding("C601", own.place, problem, f"Add `{name}:` with its words.")
            continue
        place = Place(own.place.file, own.steps[name].line)
        yield from _missing(name, words, translated, place)
        yield from _orphans(name, words, own)
        yield from _older(name, words, own, place)
        yield from _slots(name, words, translated, place)
    for name in own.wording.steps:
        if name not in source.flow.steps:
            place = Place(own.place.file, own.steps[name].line)
            problem = f"English has no step `{name}`."
            instead = suggest(name, source.flow.steps, "Delete it.")
            yield Finding("C604", place, problem, instead)
    yield from _untouched(own.texts, source.texts)


def _missing(name: str, words: StepWords, own: StepWords, place: Place) -> Iterator[Finding]:
    lacking = [
        what
        for what, there, here in (
            ("say", words.say, own.say),
            ("if not understood", words.again, own.again),
            ("alt", words.alt, own.alt),
        )
        if there and not here
    ]
    lacking += [word for word in words.labels if word not in own.labels]
    if lacking:
        names = ", ".join(f"`{what}`" for what in lacking)
        problem = f"In `{name}`, {names} is not translated."
        yield Finding("C601", place, problem, "Add it; until then English stands there.")


def _orphans(name: str, words: StepWords, own: WordingSource) -> Iterator[Finding]:
    for text in own.texts:
        is_label = text.step == name and text.slot in ("choose", "pick", "scale")
        if is_label and text.key not in words.labels:
            problem = f"English has no answer `{text.key}` in `{name}`."
            instead = suggest(text.key, words.labels, "Delete it.")
            yield Finding("C604", text.place, problem, instead)


def _older(name: str, words: StepWords, own: WordingSource, place: Place) -> Iterator[Finding]:
    language = own.wording.language
    told = own.stamps.get(name, "")
    if told != stamp(words):
        problem = f"English has changed since `{name}` was translated."
        if not told:
            problem = f"`{name}` does not say which English words it was translated from."
        instead = f"Look at it again, then run `ajar check --stamp {language}`."
        yield Finding("C602", place, problem, instead)


def _slots(name: str, words: StepWords, own: StepWords, place: Place) -> Iterator[Finding]:
    if not own.say:
        return
    there = {slot.name for say in words.say for slot in slots(say)}
    here = {slot.name for say in own.say for slot in slots(say)}
    if there != here:
        names = ", ".join(f"`{{{name}}}`" for name in sorted(there ^ here))
        problem = f"In `{name}`, English and this translation differ in {names}."
        yield Finding("C603", place, problem, "Put in the same answers as English does.")


def _untouched(own: Iterable[Shown], master: Iterable[Shown]) -> Iterator[Finding]:
    english = {text.text for text in master if len(text.text) >= SAME_LENGTH}
    for text in own:
        if text.text in english and text.slot != "understand":
            problem = "These words are still in English."
            yield Finding("C610", text.place, problem, "Translate them, or delete the line.")


def check_house(content: Content) -> Iterator[Finding]:
    """C606 to C608: house words in every language, and a menu that leads somewhere."""
    master = content.houses.get(MASTER)
    if master is None:
        return
    known = {*content.flows, *content.broken, *COMMANDS}
    for language, source in content.houses.items():
        for entry in source.house.menu:
            if entry not in known:
                place = source.places[f"menu {entry}"]
                problem = f"`{entry}` is neither a flow nor a command."
                yield Finding("C608", place, problem, suggest(entry, sorted(known)))
        if language != MASTER:
            yield from _house(language, source, master)


def _house(language: str, own: HouseSource, master: HouseSource) -> Iterator[Finding]:
    file = next((text.place.file for text in own.texts), f"{language}/house/house.yaml")
    for key in master.house.phrases:
        if key not in own.house.phrases:
            problem = f"The phrase `{key}` is not translated."
            yield Finding("C606", Place(file, 1), problem, f"Add `{key}:` below `phrases:`.")
    for key in master.house.commands:
        if key not in own.house.commands:
            problem = f"The command `{key}` is not described in this language."
            yield Finding("C606", Place(file, 1), problem, f"Add `{key}:` below `commands:`.")
    for key, variants in own.house.phrases.items():
        english = master.house.phrases.get(key)
        place = own.places[f"phrase {key}"]
        if english is None:
            problem = f"English has no phrase `{key}`."
            instead = suggest(key, master.house.phrases, "Delete it.")
            yield Finding("C604", place, problem, instead)
            continue
        extra = sorted(_names(variants) - _names(english))
        if extra:
            problem = f"`{{{extra[0]}}}` is not put into `{key}`; it would be shown as it is."
            names = ", ".join(f"`{{{name}}}`" for name in sorted(_names(english)))
            instead = f"Use only {names}." if names else "Write it without braces."
            yield Finding("C607", place, problem, instead)


def _names(variants: Iterable[str]) -> set[str]:
    return {name for text in variants for name in _NAMES.findall(text)}
