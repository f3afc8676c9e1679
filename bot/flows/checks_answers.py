"""Checks of answers: conditions fit their questions, typed words mean one thing, braces are filled.

Owns codes C301 to C314 and C408.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.conditions import Compares, Includes, Is, Test, Was, each_test
from bot.flows.content import PROSE, Content, FlowSource, Shown
from bot.flows.findings import Finding
from bot.flows.graph import graph_of
from bot.flows.lines import bad_braces, slots
from bot.flows.model import Branch, Choose, Pick, Place, Scale, Step
from bot.flows.names import suggest

NO_STEP = "no such step"


def check_conditions(content: Content) -> Iterator[Finding]:
    """C301, C302, C303, C310: a condition asks about a step that can know the answer."""
    for source in content.flows.values():
        flow = source.flow
        graph = graph_of(flow)
        for step in flow.steps.values():
            before: set[str] | None = None
            for branch in step.go:
                for test in each_test(branch.condition) if branch.condition else ():
                    asked = find_step(content, flow.id, test.name)
                    if asked is None:
                        if not _in_broken(content, test.name):
                            yield _unknown(content, source, branch, test.name)
                        continue
                    yield from _mismatch(test, asked, branch)
                    answers = not isinstance(test, Compares) or test.what == "answer"
                    if answers and asked is not step and asked.id in flow.steps:
                        if before is None:
                            before = graph.before(step.id)
                        own = "/" not in test.name
                        if own and asked.id not in before and step.id in graph.reached():
                            problem = f"`{asked.id}` is asked only after this line is looked at."
                            instead = "Ask it earlier, or move the branch behind it."
                            yield Finding("C310", branch.place, problem, instead)


def find_step(content: Content, flow: str, name: str) -> Step | None:
    """Give the step a condition or a pair of braces names: `step`, or `flow/step`."""
    owner, _, own = name.rpartition("/")
    source = content.flows.get(owner or flow)
    return source.flow.steps.get(own) if source else None


def _in_broken(content: Content, name: str) -> bool:
    return name.rpartition("/")[0] in content.broken


def _unknown(content: Content, source: FlowSource, branch: Branch, name: str) -> Finding:
    problem, instead = _no_step(content, source, name)
    return Finding("C301", branch.place, problem, instead)


def _no_step(content: Content, source: FlowSource, name: str) -> tuple[str, str]:
    owner, slash, own = name.rpartition("/")
    if not slash:
        return f"`{name}` is not a step of this flow.", suggest(name, source.flow.steps)
    if owner not in content.flows:
        return f"There is no flow `{owner}`.", suggest(owner, content.flows)
    problem = f"`{own}` is not a step of the flow `{owner}`."
    return problem, suggest(own, content.flows[owner].flow.steps)


def _mismatch(test: Test, asked: Step, branch: Branch) -> Iterator[Finding]:
    question = asked.question
    words: tuple[str, ...] = ()
    fits = True
    if isinstance(test, Is):
        words = test.words
        if isinstance(question, Scale):
            points = [str(number) for number in range(question.low, question.high + 1)]
            yield from _words(words, points, asked, branch)
            return
        fits = isinstance(question, Choose)
    elif isinstance(test, Includes):
        words = (test.word,)
        fits = isinstance(question, Pick)
    elif isinstance(test, Was):
        fits = question is not None
    elif test.what == "answer":
        fits = isinstance(question, Scale)
        if isinstance(question, Scale) and not question.low <= test.bound <= question.high:
            problem = f"The scale of `{asked.id}` goes from {question.low} to {question.high}."
            instead = f"Compare with a number on it, not with {test.bound}."
            yield Finding("C303", branch.place, problem, instead)
    if not fits:
        yield Finding("C303", branch.place, *_what_fits(asked))
    elif words and isinstance(question, Choose | Pick):
        yield from _words(words, question.options, asked, branch)


def _words(
    words: tuple[str, ...], known: list[str] | tuple[str, ...], asked: Step, branch: Branch
) -> Iterator[Finding]:
    for word in words:
        if word not in known:
            problem = f"`{word}` is not an answer of `{asked.id}`."
            yield Finding("C302", branch.place, problem, suggest(word, known))


def _what_fits(asked: Step) -> tuple[str, str]:
    name = asked.id
    match asked.question:
        case Choose(options=options):
            kind, instead = (
                "asks for one word",
                f"Write `{name} is {options[0] if options else ''}`.",
            )
        case Pick(options=options):
            word = options[0] if options else ""
            kind, instead = "lets several words be picked", f"Write `{name} includes {word}`."
        case Scale(low=low):
            kind, instead = "asks for a number", f"Write `{name} at least {low + 1}`."
        case None:
            kind = "asks nothing"
            instead = f"Write `visits to {name} over 1`, or ask about another step."
        case _:
            kind, instead = "asks for free words", f"Write `{name} was answered`."
    return f"`{name}` {kind}; this condition does not fit it.", instead


def check_questions(content: Content) -> Iterator[Finding]:
    """C307, C311, C313 and C408: a question has words and something to choose from."""
    for source in content.flows.values():
        for step in source.flow.steps.values():
            words = source.wording.steps[step.id]
            if step.question is not None and not words.say:
                problem = f"`{step.id}` asks without a word."
                yield Finding("C307", step.place, problem, "Add `say:` with the question.")
            if isinstance(step.question, Choose | Pick) and len(step.question.options) == 1:
                problem = f"`{step.id}` has a single answer."
                instead = "Add another, for example `unsure: I can't say`, or drop the question."
                yield Finding("C313", step.place, problem, instead)
            if step.picture and not words.alt:
                problem = f"The picture of `{step.id}` has no words for those who cannot see it."
                yield Finding("C408", step.place, problem, "Add `alt:` with what it shows.")
        yield from _synonyms(content, source.texts)
    for sources in content.wordings.values():
        for wording in sources.values():
            yield from _synonyms(content, wording.texts)


def _synonyms(content: Content, texts: tuple[Shown, ...]) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for text in texts:
        if text.slot != "understand" or (text.step, text.key) in told:
            continue
        told.add((text.step, text.key))
        step = find_step(content, text.flow, text.step)
        known = _stored(step) if step else ()
        if known and text.key not in known:
            problem = f"`{text.key}` is not an answer of `{text.step}`."
            yield Finding("C311", text.place, problem, suggest(text.key, known))


def _stored(step: Step) -> tuple[str, ...]:
    match step.question:
        case Choose(options=options) | Pick(options=options):
            return options
        case Scale(low=low, high=high):
            return tuple(str(number) for number in range(low, high + 1))
    return ()


def check_braces(content: Content) -> Iterator[Finding]:
    """C306, C308, C309, C314: braces put an answer in, and have words for when there is none."""
    for text in content.texts():
        if not ("{" in text.text or "}" in text.text):
            continue
        if text.slot not in PROSE:
            problem = f"Nothing is put into {_called(text)}; the braces would be shown."
            yield Finding("C314", text.place, problem, "Write it without braces.")
            continue
        for bad in bad_braces(text.text):
            problem = f"`{bad}` is not understood."
            instead = "Write `{step or other words}`, and use braces for nothing else."
            yield Finding("C309", text.place, problem, instead)
        source = content.flows.get(text.flow)
        if source is None:
            continue
        for slot in slots(text.text):
            asked = find_step(content, text.flow, slot.name)
            if asked is None:
                if not _in_broken(content, slot.name):
                    yield Finding("C308", text.place, *_no_step(content, source, slot.name))
            elif asked.question is None:
                problem = f"`{slot.name}` asks nothing, so there is no answer to put in."
                yield Finding("C308", text.place, problem, "Name a step with a question.")
            if not slot.fallback:
                problem = f"`{{{slot.name}}}` may be empty: every question can be skipped."
                instead = f"Write what stands there then: `{{{slot.name} or other words}}`."
                yield Finding("C306", text.place, problem, instead)


def _called(text: Shown) -> str:
    if text.slot in ("choose", "pick", "scale"):
        return "a button"
    return "typed words" if text.slot in ("understand", "words", "stop") else f"`{text.slot}`"


def place_of(step: Step, source: FlowSource, name: str) -> Place:
    """Give the line of a name within a step, or the step's own."""
    key = source.steps[step.id].key(name)
    return Place(step.place.file, key.line) if key else step.place
