"""`/erase`: two steps, then everything goes.

Owns what is asked and what is said about it, what stays at the platform included. The erase itself
is the store's.
"""

from __future__ import annotations

from bot.engine.conversation import Panel
from bot.engine.effects import CancelTimers, EraseEverything
from bot.engine.menu import carry_on
from bot.engine.reminder_summary import is_command
from bot.engine.scene import Scene, words_of
from bot.ports import DELETABLE
from bot.replies import Text

REALLY, HERE_TOO, NO = "erase-really", "erase-messages", "erase-no"


def erase(scene: Scene, _argument: str = "") -> None:
    """`/erase`: the first of two steps."""
    scene.panel("erase", scene.phrase("erase-ask"), scene.options("erase-yes", NO))


def chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Ask once more, or leave everything as it is. Where the platform lets us delete what we wrote,
    that is offered."""
    scene.fold_panel(answer=scene.house.phrase(f"choice-{key}"))
    if key == "erase-yes":
        platform = scene.talk.platform
        here_too = platform in DELETABLE
        reach = scene.phrase(f"erase-reach-{platform}") if here_too else ()
        keys = (REALLY, HERE_TOO, NO) if here_too else (REALLY, NO)
        text = words_of(scene.phrase("erase-sure"), reach)
        scene.panel("erase-really", text, scene.options(*keys))
    else:
        scene.tell("erase-left")
        if scene.talk.waiting:
            carry_on(scene)


def really_chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Erase, or leave everything as it is."""
    if key not in (REALLY, HERE_TOO):
        chosen(scene, panel, key)
        return
    scene.fold_panel()
    for frame in scene.talk.stack:
        scene.retire(frame.asked)
    scene.effects += [CancelTimers(), EraseEverything(messages=key == HERE_TOO)]
    going = scene.phrase("erased-messages") if key == HERE_TOO else ()
    scene.say(words_of(scene.phrase("erased"), going, remains(scene)))


def said(scene: Scene, panel: Panel, text: str) -> bool:
    """Whatever else is typed here neither erases nor goes on: what is asked is asked again."""
    if is_command(scene, text):
        return False
    scene.tell("not-understood")
    if panel.name == "erase":
        erase(scene)
    else:
        chosen(scene, panel, "erase-yes")
    return True


def remains(scene: Scene) -> Text:
    """Say what of a conversation stays at its platform, and what the person can do about it."""
    key = f"remains-{scene.talk.platform}"
    return scene.phrase(key if key in scene.library.house("en").phrases else "remains")
