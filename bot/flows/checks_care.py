"""Checks of care: how Ajar speaks, and what a line may do to a tired person at night.

Owns codes C120 and C501 to C518. The lists of words are in `voice`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.flows.branching import takeable
from bot.flows.checks_answers import find_step
from bot.flows.content import PROSE, TYPED, Content, FlowSource
from bot.flows.findings import Finding
from bot.flows.graph import closure, graph_of, reverse
from bot.flows.lines import slots
from bot.flows.model import Write
from bot.flows.voice import UNSAID

GATE = "safe-enough"
"""The flow that asks whether someone is kind enough to be let in."""

LETS_IN = frozenset(
    {"P1.4", "P1.5", "P1.6", "P2.5", "P2.6", "P3.3", "P3.4", "P3.5"}
)  # fmt: skip
"""Points of the outline that invite somebody to let another person closer."""

PROMPT_LENGTH = 280
"""Characters of a comfortable message on a phone."""

SENTENCE_LENGTH = 25
"""Words of a sentence; most stay under 18."""

MONOLOGUE = 4
"""Messages in a row before somebody is asked something."""

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2728]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NUMBER = re.compile(r"https?://\S+|www\.\S+|\b[\w.]+@[\w.]+\b|(?<![\w.])\+?\d[\d -]{2,}\d?(?!\w)")
_SENTENCE_END = re.compile(r"[.?!:…]+[\"”’')*]*\s+|\n+")


def check_words(content: Content) -> Iterator[Finding]:
    """C501, C502, C504 to C507, C512 to C514: words that are not said."""
    for text in content.texts():
        if text.slot in TYPED:
            continue
        for unsaid in UNSAID.get(text.language.split("-")[0], ()):
            found = unsaid.pattern.search(text.text)
            if found:
                problem = f"“{found[0]}” {unsaid.why}."
                yield Finding(unsaid.code, text.place, problem, unsaid.instead)


def check_signs(content: Content) -> Iterator[Finding]:
    """C120, C503, C509, C517: signs that do not belong into a calm voice."""
    for text in content.texts():
        if text.slot in TYPED:
            continue
        words = text.text
        if _INVISIBLE.search(words):
            problem = "There are characters in this text that cannot be seen."
            yield Finding("C120", text.place, problem, "Delete the text and type it again.")
        if "!" in words or "¡" in words:
            yield Finding("C503", text.place, "An exclamation mark shouts.", "End it with a stop.")
        emoji = _EMOJI.search(words)
        if emoji:
            problem = f"“{emoji[0]}” decorates."
            yield Finding("C509", text.place, problem, "Leave it out; the words are enough.")
        number = _NUMBER.search(words) if text.flow else None
        if number:
            problem = f"“{number[0].strip()}” grows old here without anybody noticing."
            instead = "Lead to *crisis*: its lines carry a source and a date."
            yield Finding("C517", text.place, problem, instead)


def check_measure(content: Content) -> Iterator[Finding]:
    """C510, C511, C515: one thought a message, one question a step."""
    for text in content.texts():
        if text.slot not in PROSE or not text.flow:
            continue
        if text.slot == "say" and text.text.count("?") > 1:
            problem = f"{text.text.count('?')} questions stand in one message."
            yield Finding("C510", text.place, problem, "Ask one; give the other its own step.")
        if text.slot == "say" and len(text.text) > PROMPT_LENGTH:
            problem = f"This message has {len(text.text)} characters; {PROMPT_LENGTH} read easily."
            yield Finding("C515", text.place, problem, "Cut it, or make it two steps.")
        longest = max((len(part.split()) for part in _SENTENCE_END.split(text.text)), default=0)
        if longest > SENTENCE_LENGTH:
            problem = f"A sentence here has {longest} words."
            yield Finding("C511", text.place, problem, "Make it two; most stay under 18 words.")


def check_gate(content: Content) -> Iterator[Finding]:
    """C508: before somebody is asked to let another in, it is asked whether that is safe."""
    flows = {name: source.flow for name, source in content.flows.items()}
    for flow in flows.values():
        ways: dict[str, list[str]] = {}
        for step in flow.steps.values():
            if step.visit != GATE:
                taken = takeable(flow, step, flows, unvisited=GATE)
                later = [step.check_in.step] if step.check_in else []
                ways[step.id] = [*(branch.to for branch in taken), *later]
        ungated = closure([flow.start], ways)
        for step in flow.steps.values():
            points = sorted(LETS_IN & set(step.covers))
            if points and step.id in ungated and step.visit != GATE:
                problem = f"`{step.id}` invites closeness ({points[0]}) before it is asked if safe."
                instead = f"Put a step with `visit: {GATE}` on every way before it."
                yield Finding("C508", step.place, problem, instead)


def check_monologue(content: Content) -> Iterator[Finding]:
    """C516: somebody gets a word in before a fifth message."""
    for source in content.flows.values():
        spoken = _messages_in_a_row(source)
        for step in source.flow.steps.values():
            if spoken[step.id] == MONOLOGUE + 1 and source.wording.steps[step.id].say:
                problem = f"Up to here, {MONOLOGUE + 1} messages come without a question."
                instead = "Ask something on the way, or say less."
                yield Finding("C516", step.place, problem, instead)


def _messages_in_a_row(source: FlowSource) -> dict[str, int]:
    """Count for each step the messages since somebody was last asked; stops beyond the limit."""
    says = {name: 1 if words.say else 0 for name, words in source.wording.steps.items()}
    back = reverse(graph_of(source.flow).onward)
    spoken = dict(says)
    grew = True
    while grew:
        grew = False
        for name in says:
            before = (spoken[other] for other in back.get(name, ()) if _silent(source, other))
            longest = min(says[name] + max(before, default=0), MONOLOGUE + 2)
            if longest > spoken[name]:
                spoken[name] = longest
                grew = True
    return spoken


def _silent(source: FlowSource, name: str) -> bool:
    step = source.flow.steps[name]
    return step.question is None and not step.visit


def check_private_words(content: Content) -> Iterator[Finding]:
    """C518: what somebody wrote is shown where they wrote it, not in another flow."""
    for text in content.texts():
        if text.slot not in PROSE or "/" not in text.text:
            continue
        for slot in slots(text.text):
            step = find_step(content, text.flow, slot.name) if "/" in slot.name else None
            if step is not None and isinstance(step.question, Write):
                problem = f"`{slot.name}` shows private words in another flow, maybe weeks later."
                instead = "Ask again here, or leave their words in their notes."
                yield Finding("C518", text.place, problem, instead)
