"""The house's rooms and doors: which command and which panel leads where.

Owns two tables and the look-up of typed command words. What a command does lives in its own module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from bot.engine import (
    answering,
    care,
    check_ins,
    erasing,
    menu,
    notes,
    pausing,
    privacy,
    putting_off,
    reminder_setup,
    reminders,
    walk,
    zone_setup,
)
from bot.engine.answers import option
from bot.engine.conversation import Panel
from bot.engine.scene import Scene
from bot.engine.schedule import Kind
from bot.engine.words import fold
from bot.flows.house import House

Command = Callable[[Scene, str], None]
Chosen = Callable[[Scene, Panel, str], None]
SaidTo = Callable[[Scene, Panel, str], bool]

COMMANDS: Mapping[str, Command] = {
    "start": menu.start,
    "here": menu.here,
    "menu": menu.menu,
    "help": menu.help_,
    "language": menu.language,
    "carry-on": menu.carry_on,
    "bye": menu.bye,
    "thanks": menu.thanks,
    "skip": answering.skip,
    "back": answering.back,
    "change": answering.change,
    "keep": answering.keep,
    "done": answering.done,
    "crisis": care.crisis,
    "privacy": privacy.privacy,
    "notes": notes.notes,
    "export": notes.export,
    "erase": erasing.erase,
    "checkin": check_ins.check_in,
    "earlier-day": check_ins.earlier,
    "look-back": reminders.look_back,
    "reminders": reminder_setup.reminders,
    "timezone": zone_setup.timezone,
    "pause": pausing.pause,
    "resume": pausing.resume,
    "stop": putting_off.stop,
    **{f"later-{kind}": putting_off.later_for(kind) for kind in Kind},
    **{f"not-today-{kind}": putting_off.not_today_for(kind) for kind in Kind},
}
"""Every command by its name; others open the flow of their name."""

PANELS: Mapping[str, Chosen] = {
    "menu": menu.menu_chosen,
    "help": menu.signpost_chosen,
    "language": menu.language_chosen,
    "welcome-back": menu.signpost_chosen,
    "place-kept": menu.signpost_chosen,
    "change": answering.change_chosen,
    "crisis": care.chosen,
    "gentle": care.chosen,
    "countries": care.country_chosen,
    "privacy": privacy.chosen,
    "notes": notes.notes_chosen,
    "note": notes.note_chosen,
    "sheet": notes.sheet_chosen,
    "erase": erasing.chosen,
    "erase-really": erasing.really_chosen,
    "past-day": check_ins.past_day_chosen,
    "earlier": check_ins.earlier_chosen,
    "snooze": putting_off.snooze_chosen,
    "restore": putting_off.restore_chosen,
    "nudge": reminders.nudge_chosen,
    "look-back": reminders.look_back_chosen,
    "follow-up": reminders.follow_up_chosen,
    "reminders": reminder_setup.chosen,
    "reminder-time": reminder_setup.time_chosen,
    "reminder-kind": reminder_setup.kind_chosen,
    "reminder-days": reminder_setup.days_chosen,
    "lock-screen": reminder_setup.lock_screen_chosen,
    "follow-up-offer": reminder_setup.follow_up_offer_chosen,
    "zone": zone_setup.chosen,
    "zone-until": zone_setup.until_chosen,
    "pause": pausing.chosen,
}
"""What a choice of each panel does."""

SAID: Mapping[str, SaidTo] = {
    "notes": notes.notes_said,
    "pin": notes.pin_said,
    "gentle": care.gentle_said,
    "erase": erasing.said,
    "erase-really": erasing.said,
    "crisis": care.lines_said,
    "countries": care.lines_said,
    "reminders": reminder_setup.said,
    "reminder-time": reminder_setup.time_said,
    "reminder-kind": reminder_setup.said,
    "reminder-days": reminder_setup.said,
    "zone": zone_setup.said,
    "zone-until": zone_setup.until_said,
    "pause": pausing.said,
}
"""Panels that also understand typed words beyond the labels of their choices."""

YES_NO: Mapping[str, tuple[str, str]] = {
    "erase": ("erase-yes", erasing.NO),
    "erase-really": (erasing.REALLY, erasing.NO),
    "gentle": ("safe", "unsafe"),
    "zone": ("zone-yes", "zone-no"),
    "past-day": ("past-day-yes", "past-day-no"),
    "follow-up-offer": ("follow-up-on", "follow-up-off"),
}
"""Panels that ask something a bare yes or no answers, with the choices these stand for."""


def run(scene: Scene, name: str, argument: str = "") -> bool:
    """Carry out a command. False if there is none of this name."""
    command = COMMANDS.get(name)
    if command is not None:
        command(scene, argument)
    elif name in scene.library.flows and name in scene.house.commands:
        scene.fold_panel()
        walk.open_flow(scene, name)
    else:
        return False
    return True


def typed_command(scene: Scene, text: str) -> tuple[str, str] | None:
    """Find the command a text gives: `/name argument`, or exactly one of its words."""
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        name = name.partition("@")[0].lower()
        return (name, argument) if _known(scene, name) else None
    found = _words(scene.house).get(fold(text))
    return (found, "") if found else None


def is_stop(scene: Scene, text: str) -> bool:
    """Whether a whole text is a stop word of any language; a stop word inside a sentence is not."""
    folded = fold(text)
    return any(folded in _stop_words(house) for house in scene.library.houses.values())


def panel_said(scene: Scene, panel: Panel, text: str) -> bool:
    """Try typed words on the open panel. False if they mean nothing to it."""
    labels = panel.data.get("labels", {})
    key = option(panel.keys, labels, _bare(scene, panel), text, reduce=fold) if panel.keys else None
    if key is not None:
        PANELS[panel.name](scene, panel, key)
        return True
    listener = SAID.get(panel.name)
    return listener is not None and not text.startswith("/") and listener(scene, panel, text)


def _bare(scene: Scene, panel: Panel) -> Mapping[str, list[str]]:
    """Give the bare words for yes and for no with the choices of a panel they stand for."""
    said = [scene.house.phrase(key).split(",") for key in ("yes-words", "no-words")]
    return dict(zip(YES_NO.get(panel.name, ()), said, strict=False))


def _known(scene: Scene, name: str) -> bool:
    return name in COMMANDS or (name in scene.library.flows and name in scene.house.commands)


@lru_cache(maxsize=64)
def _words(house: House) -> Mapping[str, str]:
    """Every typed word that gives a command in this language, folded; English words work too."""
    words = dict(_words(house.fallback)) if house.fallback else {}
    for command in house.commands.values():
        for word in (command.name, *command.words):
            words[fold(word)] = command.name
    return words


@lru_cache(maxsize=64)
def _stop_words(house: House) -> frozenset[str]:
    return frozenset(map(fold, house.stop_words))
