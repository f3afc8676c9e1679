"""Checks of typed words: in every language a typed word means one answer, and safety comes first.

Owns codes C304, C305, C312 and C609.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.flows.content import Content
from bot.flows.findings import Finding
from bot.flows.house import House
from bot.flows.library import MASTER
from bot.flows.model import Choose, Pick, Place, Scale, Step, StepWords
from bot.flows.names import HIDDEN_COMMANDS
from bot.flows.typed import typed

Accepted = tuple[str, str, Place]
"""A typed text, the stored word it means, and where it was written."""


def check_typed(content: Content) -> Iterator[Finding]:
    """Look at every choice of every flow, in every language it is worded in."""
    for language in content.languages():
        commands, stops = _house_words(content, language)
        for name, source in content.flows.items():
            translated = content.wordings.get(language, {}).get(name)
            if language != MASTER and translated is None:
                continue
            texts = translated.texts if translated else source.texts
            places = {(t.step, t.slot, t.key, t.text): t.place for t in texts}
            for step in source.flow.steps.values():
                if not isinstance(step.question, Choose | Pick | Scale):
                    continue
                words = _words(source.wording.steps[step.id], language, content, name, step.id)
                accepted = list(_accepted(step, words, places))
                yield from _collisions(step, accepted)
                yield from _shadowed(content, language, accepted, stops)
                yield from _hidden(step, words, accepted, commands)


def _words(master: StepWords, language: str, content: Content, flow: str, step: str) -> StepWords:
    """Word a step as a person of this language meets it: English stands in for what is missing."""
    translated = content.wordings.get(language, {}).get(flow)
    own = translated.wording.steps.get(step) if translated and language != MASTER else None
    if own is None:
        return master
    labels = {**master.labels, **own.labels}
    return StepWords(own.say, labels, {**master.understand, **own.understand})


def _accepted(
    step: Step, words: StepWords, places: Mapping[tuple[str, str, str, str], Place]
) -> Iterator[Accepted]:
    question = step.question
    slot = type(question).__name__.lower()
    if isinstance(question, Scale):
        stored = [str(number) for number in range(question.low, question.high + 1)]
    else:
        stored = list(question.options) if isinstance(question, Choose | Pick) else []
    for word in stored:
        label = words.labels.get(word, word)
        place = places.get((step.id, slot, word, label), step.place)
        yield label, word, place
        yield word, word, place
        for other in words.understand.get(word, ()):
            yield other, word, places.get((step.id, "understand", word, other), step.place)


def _collisions(step: Step, accepted: list[Accepted]) -> Iterator[Finding]:
    means: dict[str, str] = {}
    told: set[str] = set()
    for text, stored, place in accepted:
        key = typed(text)
        first = means.setdefault(key, stored)
        if first != stored and key and key not in told:
            told.add(key)
            problem = f"“{text}” is typed for `{first}` and for `{stored}` in `{step.id}`."
            instead = "Word one of them differently, or take it out of `also understand`."
            yield Finding("C304", place, problem, instead)
    if isinstance(step.question, Scale):
        return
    options = list(dict.fromkeys(stored for _, stored, _ in accepted))
    for text, stored, place in accepted:
        key = typed(text)
        if (
            key.isdecimal()
            and len(key) < 4
            and 1 <= int(key) <= len(options)
            and options[int(key) - 1] != stored
        ):
            meant = options[int(key) - 1]
            problem = f"“{text}” is typed for `{stored}`, and is the number of `{meant}`."
            instead = "Ask for numbers with `scale:`, or write the number as a word."
            yield Finding("C304", place, problem, instead)
            return


def _shadowed(
    content: Content, language: str, accepted: list[Accepted], stops: frozenset[str]
) -> Iterator[Finding]:
    for text, _, place in accepted:
        if typed(text) in stops:
            problem = f"Whoever types “{text}” leaves Ajar; this answer is never heard."
            instead = "Word it differently; stop words come before every answer."
            yield Finding("C305", place, problem, instead)
        elif content.recognise is not None and content.recognise(language, text):
            problem = f"Whoever types “{text}” is shown help; this answer is never heard."
            instead = "Word it differently; safety comes before every answer."
            yield Finding("C305", place, problem, instead)


def _hidden(
    step: Step, words: StepWords, accepted: list[Accepted], commands: Mapping[str, str]
) -> Iterator[Finding]:
    """Find typed words that look like a command. A button that says the word is plain enough,
    unless it is the command's own name."""
    for text, stored, place in accepted:
        key = typed(text)
        command = commands.get(key)
        label = typed(words.labels.get(stored, stored))
        if command is not None and (key != label or key == typed(command)):
            problem = (
                f"“{text}” answers `{step.id}` with `{stored}`; the command `{command}` waits."
            )
            instead = "Word it differently if people will want the command here."
            yield Finding("C312", place, problem, instead)
            return


def _house_words(content: Content, language: str) -> tuple[dict[str, str], frozenset[str]]:
    """Give the typed commands and the stop words of a language, English ones included."""
    houses = [content.houses[name].house for name in (MASTER, language) if name in content.houses]
    commands = {key: name for house in houses for key, name in _command_words(house)}
    return commands, frozenset(typed(word) for house in houses for word in house.stop_words)


def _command_words(house: House) -> Iterator[tuple[str, str]]:
    for command in house.commands.values():
        if command.name in HIDDEN_COMMANDS:
            continue
        yield typed(command.name), command.name
        for word in command.words:
            yield typed(word), command.name


def check_command_words(content: Content) -> Iterator[Finding]:
    """C609: within a language, a typed word gives one command."""
    for source in content.houses.values():
        means: dict[str, str] = {typed(name): name for name in source.house.commands}
        for text in source.texts:
            if text.slot == "words":
                first = means.setdefault(typed(text.text), text.key)
                if first != text.key:
                    problem = f"“{text.text}” gives the commands `{first}` and `{text.key}`."
                    yield Finding("C609", text.place, problem, "Leave it to one of the two.")
