"""Putting a question into words and buttons.

Owns how the open question of a flow is drawn. Knows nothing of what an answer leads to.
"""

from __future__ import annotations

from functools import partial

from bot.engine import consent, wording
from bot.engine.conversation import Frame
from bot.engine.facts import Known
from bot.engine.scene import Scene, name_of, words_of
from bot.flows.model import Choose, Pick, Scale, Step, Write
from bot.replies import Choice, Form, Picture, Reply, Text


def open_question(scene: Scene) -> tuple[Frame, Step] | None:
    """Give the frame on top and its step if a question of it is open."""
    frame = scene.talk.frame
    if frame is None or not frame.asked:
        return None
    step = scene.library.step(frame.flow, frame.step)
    if step is None or step.question is None:
        return None
    return frame, consent.offered(scene, frame.flow, step)


def question(scene: Scene, frame: Frame, step: Step) -> Reply:
    """Draw the open question of a frame as it stands."""
    labels = scene.library.words(scene.talk.language, frame.flow, step.id).labels
    asked = frame.asked
    text = said(scene, frame, step)
    drawn = partial(scene.made, ways=_ways(scene, frame), picture=picture(scene, frame, step))
    match consent.offered(scene, frame.flow, step).question:
        case Choose(options=options):
            choices = scene.choices([(key, labels.get(key, key)) for key in options], asked=asked)
            return drawn(text, form=Form.LIST, choices=choices)
        case Scale(low=low, high=high):
            ends = (labels.get(str(low), ""), labels.get(str(high), ""))
            numbers = map(str, range(low, high + 1))
            choices = scene.choices([(number, number) for number in numbers], asked=asked)
            return drawn(text, form=Form.SCALE, choices=choices, ends=ends)
        case Pick(options=options, at_least=at_least, at_most=at_most):
            boxes = tuple(
                scene.choice(
                    ("-" if key in frame.picked else "+") + key,
                    labels.get(key, key),
                    asked=asked,
                    chosen=key in frame.picked,
                )
                for key in options
            )
            return drawn(
                text,
                form=Form.PICK,
                choices=boxes,
                done=scene.ways("done", asked=asked)[0],
                at_least=at_least,
                at_most=at_most,
            )
        case Write(limit=limit):
            note = "" if consent.level(scene) == "words" else scene.house.phrase("words-not-kept")
            return drawn(words_of(text, note), form=Form.WRITE, limit=limit)
    return drawn(text)


def said(scene: Scene, frame: Frame, step: Step) -> Text:
    """Word the step a frame stands at, in the variant that was chosen for it."""
    variants = scene.library.words(scene.talk.language, frame.flow, step.id).say
    if not variants:
        return ()
    chosen = variants[min(frame.variant, len(variants) - 1)]
    return wording.compose(chosen, Known(scene, frame.flow).words)


def choose_variant(scene: Scene, frame: Frame, step: Step) -> None:
    """Choose the wording this person heard longest ago, and remember that it was heard."""
    count = len(scene.library.words(scene.talk.language, frame.flow, step.id).say)
    name = name_of(frame, step.id)
    frame.variant = wording.least_recent(name, count, scene.talk.heard)
    if count > 1:
        scene.talk.heard[f"{name}#{frame.variant}"] = scene.talk.turn


def picture(scene: Scene, frame: Frame, step: Step) -> Picture | None:
    """Give the picture of a step, if it has one."""
    if not step.picture:
        return None
    return Picture(step.picture, scene.library.words(scene.talk.language, frame.flow, step.id).alt)


def _ways(scene: Scene, frame: Frame) -> tuple[Choice, ...]:
    names = ["keep" if frame.changing else "skip"]
    if frame.path or frame.how == "visit":
        names.append("back")
    return scene.ways(*names, "menu", asked=frame.asked)
