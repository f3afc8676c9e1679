"""The doors to one's own words: `/notes`, `/export`, and the PIN before them.

Owns what is asked before something is shown or taken along. What is shown is the notebook's.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from bot.engine.conversation import Panel
from bot.engine.effects import Look
from bot.engine.menu import carry_on
from bot.engine.scene import Scene
from bot.engine.words import fold

PIN_ROUNDS = 20_000
"""PBKDF2 rounds for the PIN phrase: it guards a borrowed phone, the store's key guards the file."""

PIN_TRIES = 5
"""Wrong phrases in a row before the notes stay shut until tomorrow."""

SHUT_FOR = 24 * 3600
"""Seconds the notes stay shut after too many wrong phrases."""


def notes(scene: Scene, argument: str = "") -> None:
    """`/notes [words]`: one's own words, newest first; `/notes pin PHRASE` sets a PIN phrase."""
    word, _, rest = argument.strip().partition(" ")
    if fold(word) == "pin" and rest.strip():
        _behind_the_pin(scene, {"then": "pin", "new": _new_pin(scene, rest.strip())})
    else:
        _behind_the_pin(scene, {"then": "notes", "for": argument})


def _behind_the_pin(scene: Scene, wish: dict[str, object]) -> None:
    """Do what is wished for, once the PIN phrase was given where there is one."""
    if scene.talk.settings.get("pin"):
        scene.panel("pin", scene.phrase("pin-ask"), [], data=wish, ways=_ways(scene))
    else:
        _do(scene, wish)


def _do(scene: Scene, wish: Mapping[str, object]) -> None:
    match wish:
        case {"then": "pin", "new": new}:
            _set_pin(scene, new)
        case {"then": "export"}:
            scene.effects.append(Look("export"))
        case _:
            _open(scene, str(wish.get("for", "")))


def pin_said(scene: Scene, panel: Panel, text: str) -> bool:
    """Try a typed PIN phrase."""
    pin = scene.talk.settings.get("pin", {})
    if scene.stamp < int(pin.get("shut", 0)):
        scene.tell("pin-shut")
        carry_on(scene)
    elif hmac.compare_digest(_pin_hash(text, str(pin.get("salt"))), str(pin.get("hash"))):
        scene.talk.settings["pin"] = {**pin, "tries": 0}
        scene.fold_panel()
        _do(scene, panel.data)
    else:
        tries = int(pin.get("tries", 0)) + 1
        shut = scene.stamp + SHUT_FOR if tries >= PIN_TRIES else 0
        scene.talk.settings["pin"] = {**pin, "tries": tries % PIN_TRIES, "shut": shut}
        scene.panel("pin", scene.phrase("pin-wrong"), [], data=panel.data, ways=_ways(scene))
    return True


def notes_chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Open one note, turn the page, or begin a sheet."""
    if key == "older":
        search = str(panel.data.get("search", ""))
        page = int(str(panel.data.get("page", 0))) + 1
        scene.effects.append(Look("notes", search, page))
    elif key == "sheet":
        scene.effects.append(Look("sheet"))
    else:
        scene.effects.append(Look("note", key.removeprefix("row-")))


def notes_said(scene: Scene, _panel: Panel, text: str) -> bool:
    """Typed words search the notes."""
    scene.effects.append(Look("search", text))
    return True


def note_chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Delete this note, or go back to all of them."""
    if key == "delete-note":
        scene.effects.append(Look("delete", str(panel.data["row"])))
    else:
        scene.effects.append(Look("notes"))


def sheet_chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Tick a line of the sheet, or make it."""
    ticked = set(str(panel.data.get("ticked", "")).split())
    if key == "made":
        scene.fold_panel()
        scene.effects.append(Look("sheet-made", " ".join(sorted(ticked))))
        return
    ticked ^= {key[1:]} if (key[0] == "+") != (key[1:] in ticked) else set()
    scene.effects.append(Look("sheet", " ".join(sorted(ticked))))


def export(scene: Scene, _argument: str = "") -> None:
    """`/export`: everything that is kept, as a page to read and as data."""
    scene.fold_panel()
    _behind_the_pin(scene, {"then": "export"})


def _new_pin(scene: Scene, phrase: str) -> dict[str, object] | None:
    """Make what is kept of a PIN phrase; None for the word that takes it away."""
    if fold(phrase) == "off":
        return None
    salt = f"{scene.rng.getrandbits(128):032x}"
    return {"salt": salt, "hash": _pin_hash(phrase, salt), "tries": 0}


def _set_pin(scene: Scene, new: object) -> None:
    if new is None:
        scene.talk.settings.pop("pin", None)
        scene.tell("pin-off")
        return
    scene.talk.settings["pin"] = new
    scene.tell("pin-set")


def _pin_hash(phrase: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", fold(phrase).encode(), salt.encode(), PIN_ROUNDS).hex()


def _open(scene: Scene, argument: str) -> None:
    scene.effects.append(Look("search" if argument.strip() else "notes", argument.strip()))


def _ways(scene: Scene) -> list[str]:
    return ["carry-on"] if scene.talk.waiting else []
