"""Finding one's way: the welcome, the menu, help, languages, and carrying on.

Owns the house's signposts. Knows nothing of what lies behind them.
"""

from __future__ import annotations

from datetime import timedelta

from bot.engine.asking import open_question
from bot.engine.conversation import Panel
from bot.engine.scene import Scene, words_of
from bot.engine.walk import INSTEAD, ask_again, open_flow

WELCOME = "welcome"
WELCOME_BACK = "welcome-back"
CHECK_IN = "checkin"

LONG_AWAY = timedelta(days=14)
"""After this long a person is greeted anew instead of finding a bare question."""

PAGE = 7
"""Menu entries shown at once, so that a phone shows them all (8 rows with the one for more)."""


def is_new(scene: Scene) -> bool:
    """Whether this person has not been welcomed yet."""
    return "welcomed" not in scene.talk.settings


def welcome(scene: Scene, then: str = "") -> None:
    """Greet a new person; afterwards they go on to the flow they came for, or the first one."""
    scene.talk.settings["welcomed"] = True
    if then in scene.library.flows:
        scene.talk.settings[INSTEAD] = then
    if WELCOME in scene.library.flows:
        open_flow(scene, WELCOME)
    else:
        menu(scene)


def start(scene: Scene, argument: str) -> None:
    """`/start`: welcome, a flow asked for by a link, or where we were."""
    flow = argument.strip().lower()
    if is_new(scene):
        welcome(scene, flow)
    elif flow in scene.library.flows and flow != WELCOME:
        scene.fold_panel()
        open_flow(scene, flow)
    else:
        here(scene)


def here(scene: Scene, _argument: str = "") -> None:
    """Show a person where they are."""
    if is_new(scene):
        welcome(scene)
    elif not scene.talk.stack:
        menu(scene)
    elif scene.away_for() >= LONG_AWAY:
        text = scene.phrase("welcome-back")
        keys = ["carry-on", "menu"]
        if CHECK_IN in scene.library.flows:
            keys.append(CHECK_IN)
        scene.panel("welcome-back", text, scene.options(*keys))
    else:
        carry_on(scene)


def carry_on(scene: Scene, _argument: str = "") -> None:
    """Go back to the question that was open before a digression."""
    scene.fold_panel()
    if scene.talk.stack:
        ask_again(scene)
    else:
        menu(scene)


def menu(scene: Scene, argument: str = "") -> None:
    """`/menu`: everything there is, a page at a time."""
    page = int(argument) if argument.isdecimal() else 0
    entries = [entry for entry in scene.house.menu if entry in scene.library.flows]
    first = page * PAGE if page * PAGE < len(entries) else 0
    options = [
        (f"flow-{flow}", scene.library.title(scene.talk.language, flow))
        for flow in entries[first : first + PAGE]
    ]
    if len(entries) > PAGE:
        following = first // PAGE + 1 if first + PAGE < len(entries) else 0
        options.append((f"page-{following}", scene.house.phrase("choice-more")))
    scene.panel("menu", scene.phrase("menu"), options, ways=_way_back(scene))


def menu_chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Open what was chosen from the menu."""
    kind, _, name = key.partition("-")
    if kind == "page":
        menu(scene, name)
        return
    scene.fold_panel(answer=scene.library.title(scene.talk.language, name))
    if name in scene.library.flows:
        open_flow(scene, name)
    else:
        menu(scene)


def help_(scene: Scene, _argument: str = "") -> None:
    """`/help`: what can be typed at any time."""
    lines = [
        f"/{command.name}: {command.describe}"
        for command in scene.house.commands.values()
        if command.describe
    ]
    text = words_of(scene.phrase("help"), "\n".join(lines))
    scene.panel("help", text, [], ways=_way_back(scene))


def language(scene: Scene, argument: str = "") -> None:
    """`/language`: choose the language, by its name or its code."""
    if argument.strip().lower() in scene.library.languages:
        _speak(scene, argument.strip().lower())
        return
    options = [(code, scene.library.house(code).name) for code in scene.library.languages]
    scene.panel("language", scene.phrase("language"), options, ways=_way_back(scene))


def language_chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Speak the chosen language from now on."""
    scene.fold_panel(answer=scene.library.house(key).name)
    _speak(scene, key)


def bye(scene: Scene, _argument: str = "") -> None:
    """Answer a farewell with one short line and no question."""
    scene.tell("farewell")


def thanks(scene: Scene, _argument: str = "") -> None:
    """Answer a thank-you with one short line; whatever is open stays open."""
    scene.tell("thanks")


def after_flow(scene: Scene) -> None:
    """Offer to carry on where a finished flow had interrupted another."""
    if scene.talk.waiting and scene.talk.panel is None:
        title = scene.library.title(scene.talk.language, scene.talk.stack[-1].flow)
        text = scene.phrase("place-kept", {"title": title})
        scene.panel("place-kept", text, scene.options("carry-on", "menu"))


def signpost_chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Follow a signpost: carry on, the menu, or just a check-in."""
    scene.fold_panel(answer=scene.house.phrase(f"choice-{key}"))
    if key == "menu":
        menu(scene)
    elif key == CHECK_IN:
        open_flow(scene, CHECK_IN)
    else:
        carry_on(scene)


def lost(scene: Scene) -> None:
    """Answer words that nobody asked for."""
    if is_new(scene):
        welcome(scene)
    else:
        scene.tell("idle")
        menu(scene)


def _speak(scene: Scene, code: str) -> None:
    scene.talk.language = code
    scene.tell("language-changed")
    if open_question(scene):
        ask_again(scene)


def _way_back(scene: Scene) -> list[str]:
    return ["carry-on"] if scene.talk.waiting else []
