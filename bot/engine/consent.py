"""What a person allows to be kept, and what follows from it.

Owns the meaning of the three levels. Knows nothing of how the question is put (that is content).
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine.conversation import Consent
from bot.engine.effects import Forget
from bot.engine.scene import Scene
from bot.flows.model import Choose, Step

FLOW = "welcome"
STEP = "consent"
LEVELS = ("words", "taps", "place")
"""From all to nothing but the place. Without an answer nothing but the place is kept."""

RESTRAINED = frozenset({"discord"})
"""Platforms whose terms ask for restraint with what may tell of somebody's health: there the
middle level, taps without words, is offered first."""

TEXT_VERSION = "1"
"""Raised when the meaning of the consent text changes; recorded with every answer."""


def level(scene: Scene) -> str:
    """Give what this person allows to be kept."""
    return scene.talk.consent.keep if scene.talk.consent else "place"


def give(scene: Scene, keep: str) -> None:
    """Record a consent, and let go at once of what it no longer covers."""
    scene.talk.consent = Consent(keep, TEXT_VERSION, scene.stamp)
    if keep == "words":
        return
    scene.effects.append(Forget("words" if keep == "taps" else "all"))
    for name, answer in list(scene.talk.answers.items()):
        flow, _, step = name.partition("/")
        if keep == "place" and not any(frame.flow == flow for frame in scene.talk.stack):
            del scene.talk.answers[name]
        elif _is_words(scene, flow, step):
            scene.talk.answers[name] = type(answer)(None, answer.turn, answer.at, answer.skipped)


def offered(scene: Scene, flow: str, step: Step) -> Step:
    """Give a step with its choices in the order they are offered on this person's platform."""
    asked = (flow, step.id) == (FLOW, STEP) and scene.talk.platform in RESTRAINED
    if not asked or not isinstance(step.question, Choose):
        return step
    options = sorted(step.question.options, key=lambda level: level != "taps")
    return replace(step, question=Choose(tuple(options)))


def _is_words(scene: Scene, flow: str, step: str) -> bool:
    found = scene.library.step(flow, step)
    return found is None or type(found.question).__name__ == "Write"
