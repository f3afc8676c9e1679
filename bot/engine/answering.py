"""What a person can do with a question besides answering it, and how a typed answer is taken.

Owns skip, back, change, done, and the wording of a re-ask. Knows nothing of flows' movement.
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine import answers
from bot.engine.asking import open_question, question
from bot.engine.conversation import Panel
from bot.engine.path import VISITED
from bot.engine.revising import change as change_answer
from bot.engine.revising import keep_as_it_was, step_back
from bot.engine.scene import Scene, name_of, words_of
from bot.engine.walk import accept, ask_again
from bot.engine.wording import plainly, shorten
from bot.engine.words import fold
from bot.flows.model import Pick
from bot.replies import plain

QUESTION_SHOWN = 34
"""Characters of an earlier question shown beside its answer in the list of changes."""


def take(scene: Scene, text: str) -> bool:
    """Take a typed text as the answer of the open question. False if it is none."""
    found = open_question(scene)
    if found is None or found[1].question is None:
        return False
    frame, step = found
    words = scene.library.words(scene.talk.language, frame.flow, step.id)
    meant = answers.understand(found[1].question, words, text)
    if isinstance(meant, answers.Understood):
        accept(scene, meant.value)
        return True
    if isinstance(step.question, Pick) and frame.picked and _says_done(scene, text):
        done(scene)
        return True
    return False


def reask(scene: Scene, text: str) -> None:
    """Say kindly that an answer was not understood, and put the question again."""
    found = open_question(scene)
    if found is None or found[1].question is None:
        return
    frame, step = found
    words = scene.library.words(scene.talk.language, frame.flow, step.id)
    puzzle = answers.understand(found[1].question, words, text)
    _puzzled(scene, puzzle if isinstance(puzzle, answers.Puzzle) else answers.Puzzle.UNCLEAR, text)


def skip(scene: Scene, _argument: str = "") -> None:
    """`/skip`: leave this question open; that is an answer too."""
    scene.fold_panel()
    if open_question(scene):
        accept(scene, None)
    else:
        scene.tell("nothing-to-skip")


def back(scene: Scene, _argument: str = "") -> None:
    """`/back`: undo the last answer and ask it again."""
    scene.fold_panel()
    if not step_back(scene):
        scene.tell("nothing-back")
        if open_question(scene):
            ask_again(scene)


def done(scene: Scene, _argument: str = "") -> None:
    """Finish a multiple selection with what is ticked."""
    found = open_question(scene)
    if found is None or not isinstance(found[1].question, Pick):
        return
    meant = answers.picked(found[1].question, found[0].picked)
    if isinstance(meant, answers.Understood):
        accept(scene, meant.value)
    else:
        _puzzled(scene, meant, "")


def keep(scene: Scene, _argument: str = "") -> None:
    """Leave the answer that was about to be changed as it was."""
    keep_as_it_was(scene)


def change(scene: Scene, _argument: str = "") -> None:
    """`/change`: choose an earlier answer of this flow to change."""
    frame = scene.talk.frame
    earlier = [
        (position, answered.step)
        for position, answered in enumerate(frame.path if frame else [])
        if not answered.step.startswith(VISITED)
    ]
    if frame is None or not earlier:
        scene.tell("nothing-to-change")
        if open_question(scene):
            ask_again(scene)
        return
    options = []
    for position, name in earlier[-24:]:
        step = scene.library.step(frame.flow, name)
        words = scene.library.words(scene.talk.language, frame.flow, name)
        held = scene.talk.answers.get(name_of(frame, name))
        value = held.value if held else None
        shown = answers.shown(step.question if step else None, words, value)
        asked = shorten(plain(plainly(words.say[0], {})), QUESTION_SHOWN) if words.say else name
        options.append((f"at-{position}", f"{asked} {shown or scene.house.phrase('skipped')}"))
    scene.panel("change", scene.phrase("change"), options, ways=["carry-on"])


def change_chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Ask the chosen earlier question again."""
    scene.fold_panel()
    frame = scene.talk.frame
    position = int(key.removeprefix("at-"))
    if frame is not None and position < len(frame.path):
        change_answer(scene, position)
    elif frame is not None:
        ask_again(scene)


def _missed_before(scene: Scene, name: str) -> bool:
    """Note a miss, and tell whether the last answer missed the same question: then it is kinder to
    show the ways out than to explain the numbers again."""
    last = scene.talk.settings.get("missed")
    scene.talk.settings["missed"] = [name, scene.talk.turn]
    return last == [name, scene.talk.turn - 1]


def _says_done(scene: Scene, text: str) -> bool:
    typed = fold(text)
    said = f"{scene.house.phrase('way-done')}, {scene.house.phrase('done-words')}"
    return any(typed == fold(words) for words in said.split(","))


def _puzzled(scene: Scene, puzzle: answers.Puzzle, text: str) -> None:
    found = open_question(scene)
    if found is None:
        return
    frame, step = found
    words = scene.library.words(scene.talk.language, frame.flow, step.id)
    limits = {"count": str(len(text))}
    if isinstance(step.question, Pick):
        limits |= {"least": str(step.question.at_least), "most": str(step.question.at_most)}
    ticked = list(frame.picked)
    scene.retire(frame.asked)
    frame.asked = scene.talk.turn
    frame.picked = ticked
    drawn = question(scene, frame, step)
    if puzzle is answers.Puzzle.UNCLEAR and _missed_before(scene, name_of(frame)):
        said = scene.phrase("missed-twice")
    elif puzzle is answers.Puzzle.UNCLEAR:
        said = plainly(words.again, {}) if words.again else scene.phrase("not-understood")
    else:
        limits["limit"] = str(drawn.limit)
        said = scene.phrase(puzzle.value, limits)
    scene.reply(replace(drawn, text=words_of(said)))
