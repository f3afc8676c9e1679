"""Walking through flows: entering steps, asking, answering, going on, coming back.

Owns the movement of one person through flows within a turn. Knows nothing of house commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from bot.engine import consent, reminder_book
from bot.engine.asking import choose_variant, open_question, picture, question, said
from bot.engine.conversation import Answered, Frame, Value
from bot.engine.effects import Count
from bot.engine.facts import Known
from bot.engine.path import VISITED, record
from bot.engine.scene import Scene, name_of
from bot.flows.library import Library
from bot.flows.model import END, Pick, Step, Write
from bot.replies import Reply

STEP_LIMIT = 50
"""Steps one turn may enter: the checker refuses endless loops, this is the belt to its braces."""

INSTEAD = "instead"
"""The setting that holds the flow a new person came for: the welcome visits it, not its own."""

DEPTH_LIMIT = 8
"""Flows that may lie upon one another; the lowest is let go when one more is opened."""


def open_flow(scene: Scene, flow: str, *, step: str = "", how: str = "command") -> None:
    """Go into a flow. One that is in progress further down comes to the top, at its own place."""
    stack = scene.talk.stack
    for first, last in _runs(stack):
        if any(frame.flow == flow and step in ("", frame.step) for frame in stack[first:last]):
            stack[:] = stack[:first] + stack[last:] + stack[first:last]
            ask_again(scene)
            return
    while len(stack) >= DEPTH_LIMIT:
        del stack[: _runs(stack)[0][1]]
    stack.append(Frame(flow, step or scene.library.flows[flow].start, how))
    walk(scene)


def walk(scene: Scene) -> None:
    """Go on from the step on top until a question waits or nothing is left."""
    unheard = len(scene.replies)
    for _ in range(STEP_LIMIT):
        frame = scene.talk.frame
        if frame is None:
            return
        step = scene.library.flows[frame.flow].steps[frame.step]
        name = name_of(frame)
        scene.talk.visits[name] = scene.talk.visits.get(name, 0) + 1
        scene.trace.append((frame.flow, step.id, -1))
        if step.question is None:
            choose_variant(scene, frame, step)
            if text := said(scene, frame, step):
                scene.reply(Reply(text, picture=picture(scene, frame, step)))
        elif step.id in frame.aside and frame.changing != step.id:
            record(scene, frame, step, frame.aside.pop(step.id).value)
            del scene.replies[unheard:]
        else:
            choose_variant(scene, frame, step)
            frame.asked = scene.talk.turn
            frame.picked = []
            scene.reply(question(scene, frame, step))
            return
        if not _move_on(scene, frame, step):
            return
    scene.effects.append(Count("step-limit"))
    scene.talk.stack.clear()
    scene.tell("lost-thread")


def ask_again(scene: Scene) -> None:
    """Put the open question once more, with fresh buttons; the old ones go."""
    found = open_question(scene)
    if found is None:
        walk(scene)
        return
    frame, step = found
    scene.retire(frame.asked)
    frame.asked = scene.talk.turn
    scene.reply(question(scene, frame, step))


def accept(scene: Scene, value: Value | None) -> None:
    """Take an answer (None: skipped) to the open question, close it, and go on."""
    found = open_question(scene)
    if found is None:
        return
    frame, step = found
    label = record(scene, frame, step, value)
    closing = "" if isinstance(step.question, Write) else label
    scene.retire(
        frame.asked,
        said(scene, frame, step),
        scene.house.phrase("skipped") if value is None else closing,
    )
    frame.aside.pop(step.id, None)
    frame.changing = ""
    frame.asked = 0
    frame.picked = []
    if (frame.flow, step.id) == (consent.FLOW, consent.STEP) and value in consent.LEVELS:
        consent.give(scene, str(value))
    if _move_on(scene, frame, step):
        walk(scene)


def settle(scene: Scene) -> bool:
    """After an edit of the content, put everyone on a step that exists; answers stay.

    Same step: stay. `was`: move. Else the last answered question that is still there; else the
    start. Tells whether the open question is now another one.
    """
    stack = scene.talk.stack
    top = stack[-1] if stack else None
    moved = False
    names = renamed(scene.library)
    _rename(scene, names)
    for frame in list(stack):
        flow_id, _, step = names.get(name_of(frame), name_of(frame)).partition("/")
        flow = scene.library.flows.get(flow_id) or next(
            (flow for flow in scene.library.flows.values() if flow_id in flow.was), None
        )
        if flow is None:
            stack.remove(frame)
            moved = moved or frame is top
            continue
        frame.flow, frame.step = flow.id, step
        if step in flow.steps:
            continue
        while frame.path and frame.path[-1].step not in flow.steps:
            frame.path.pop()
        frame.step = frame.path.pop().step if frame.path else flow.start
        frame.asked = 0
        moved = moved or frame is top
    if stack and stack[0].how == "visit":
        stack[0].how = "command"
    return moved


def _move_on(scene: Scene, frame: Frame, step: Step) -> bool:
    """After a say or an answer: set the check-in, go into the visit, take the branch.

    Tells whether there is a step to walk to.
    """
    if step.check_in is not None:
        reminder_book.ask_later(scene, frame.flow, step.check_in)
    visit = step.visit
    if visit and frame.flow == consent.FLOW:
        visit = str(scene.talk.settings.pop(INSTEAD, visit))
    if visit in scene.library.flows:
        marker = VISITED + step.id
        frame.path.append(Answered(marker, scene.talk.turn))
        if frame.aside.pop(marker, None) is None:
            scene.talk.stack.append(Frame(visit, scene.library.flows[visit].start, "visit"))
            return True
    return _take_branch(scene, frame, step)


def _take_branch(scene: Scene, frame: Frame, step: Step) -> bool:
    facts = Known(scene, frame.flow)
    for index, branch in enumerate(step.go):
        if branch.condition is None or branch.condition.holds(facts):
            scene.trace.append((frame.flow, step.id, index))
            if branch.to == END:
                break
            frame.step = branch.to
            return True
    return _end(scene, frame)


def _end(scene: Scene, frame: Frame) -> bool:
    scene.talk.stack.pop()
    above = scene.talk.frame
    if frame.how == "visit" and above is not None:
        return _take_branch(scene, above, scene.library.flows[above.flow].steps[above.step])
    scene.ended = frame.flow
    if not scene.talk.stack and consent.level(scene) == "place":
        scene.talk.answers.clear()
    return False


def _runs(stack: list[Frame]) -> list[tuple[int, int]]:
    """Group the stack into a flow with the flows it is visiting: (first, after last) indexes."""
    starts = [index for index, frame in enumerate(stack) if index == 0 or frame.how != "visit"]
    return list(pairwise([*starts, len(stack)]))


@lru_cache(maxsize=4)
def renamed(library: Library) -> Mapping[str, str]:
    """Give each former name of a step (`flow/step`) with the name it has today."""
    names: dict[str, str] = {}
    for flow in library.flows.values():
        for step in flow.steps.values():
            today = f"{flow.id}/{step.id}"
            for old_flow in (flow.id, *flow.was):
                for old_step in (step.id, *step.was):
                    names[f"{old_flow}/{old_step}"] = today
    return {old: today for old, today in names.items() if old != today}


def _rename(scene: Scene, names: Mapping[str, str]) -> None:
    """Let answers and visits follow the steps they belong to."""
    talk = scene.talk
    for old, today in names.items():
        if old in talk.answers and today not in talk.answers:
            talk.answers[today] = talk.answers.pop(old)
        if old in talk.visits:
            talk.visits[today] = talk.visits.get(today, 0) + talk.visits.pop(old)
    if names:
        for frame in talk.stack:
            for index, answered in enumerate(frame.path):
                today = names.get(name_of(frame, answered.step), "")
                if today:
                    frame.path[index] = answered._replace(step=today.partition("/")[2])


def toggle(scene: Scene, key: str) -> None:
    """Tick (`+word`) or untick (`-word`) a box of the open `pick`; twice is once."""
    found = open_question(scene)
    if found is None or not isinstance(found[1].question, Pick):
        return
    frame, step = found
    stored = key[1:]
    if key[0] == "+" and stored not in frame.picked:
        frame.picked.append(stored)
    elif key[0] == "-" and stored in frame.picked:
        frame.picked.remove(stored)
    scene.reply(replace(question(scene, frame, step), edits=frame.asked))
