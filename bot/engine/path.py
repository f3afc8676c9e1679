"""The path of answers through a flow: putting them on record, and taking them off again.

Owns what an answer leaves behind. Knows nothing of where the path leads.
"""

from __future__ import annotations

from bot.engine import answers, consent
from bot.engine.conversation import Answer, Answered, Frame, Value
from bot.engine.effects import Keep, Withdraw
from bot.engine.scene import Scene, name_of
from bot.flows.model import Step, Write

VISITED = "visited:"
"""Marks a path entry for a flow that was gone into and come back from."""


def record(scene: Scene, frame: Frame, step: Step, value: Value | None) -> str:
    """Put an answer on the path and, as far as the person allows, on record. Gives its words."""
    name = name_of(frame, step.id)
    words = scene.library.words(scene.talk.language, frame.flow, step.id)
    label = answers.shown(step.question, words, value)
    own = isinstance(step.question, Write)
    keep = consent.level(scene)
    kept = keep == "words" or (keep == "taps" and not own)
    frame.path.append(Answered(step.id, scene.talk.turn, scene.talk.answers.get(name)))
    scene.talk.answers[name] = Answer(
        None if own and keep != "words" else value,
        scene.talk.turn,
        scene.stamp,
        skipped=value is None,
    )
    if value is not None:
        scene.fresh[name] = value
        if kept and frame.flow != consent.FLOW:
            kind = "words" if own else "tap"
            turn = scene.talk.turn
            scene.effects.append(Keep(kind, frame.flow, step.id, turn, scene.stamp, value, label))
    return label


def undo(scene: Scene, frame: Frame, count: int) -> None:
    """Take the last answers off the path and off the record."""
    for _ in range(count):
        answered = frame.path.pop()
        if answered.step.startswith(VISITED):
            continue
        name = name_of(frame, answered.step)
        if answered.before is None:
            scene.talk.answers.pop(name, None)
        else:
            scene.talk.answers[name] = answered.before
        scene.effects.append(Withdraw(frame.flow, answered.step, answered.turn))
