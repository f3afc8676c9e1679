"""Going back over the path: undo the last answer, or change an earlier one.

Owns what stays and what is asked anew. Knows nothing of how the person asked for it.
"""

from __future__ import annotations

from bot.engine.conversation import Answer
from bot.engine.path import VISITED, undo
from bot.engine.scene import Scene, name_of
from bot.engine.walk import walk


def step_back(scene: Scene) -> bool:
    """Undo the last answer and ask it again. False if there is none to undo."""
    stack = scene.talk.stack
    depth = len(stack)
    while depth:
        frame = stack[depth - 1]
        if any(not answered.step.startswith(VISITED) for answered in frame.path):
            break
        if frame.how != "visit":
            return False
        depth -= 1
    else:
        return False
    scene.retire(stack[-1].asked)
    del stack[depth:]
    while frame.path[-1].step.startswith(VISITED):
        frame.path.pop()
    frame.step = frame.path[-1].step
    undo(scene, frame, 1)
    frame.asked, frame.changing = 0, ""
    walk(scene)
    return True


def change(scene: Scene, position: int) -> None:
    """Ask the question at this place of the path again, and keep the later answers at hand."""
    frame = scene.talk.stack[-1]
    scene.retire(frame.asked)
    for answered in frame.path[position:]:
        held = scene.talk.answers.get(name_of(frame, answered.step))
        frame.aside[answered.step] = held or Answer(None, answered.turn, scene.stamp)
    frame.step = frame.changing = frame.path[position].step
    undo(scene, frame, len(frame.path) - position)
    frame.asked = 0
    walk(scene)


def keep_as_it_was(scene: Scene) -> None:
    """Leave the question that is being changed with its old answer, and go on."""
    frame = scene.talk.frame
    if frame is not None and frame.changing:
        scene.retire(frame.asked)
        frame.changing, frame.asked = "", 0
        walk(scene)
