"""`/timezone`: finding, confirming and changing the zone a person lives by, and travelling.

Owns those panels. Nothing is due before the person has said that the time shown is right. How zones
are found is `zones`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.engine import clock_words, day_words, when, zones
from bot.engine.conversation import Panel
from bot.engine.local_time import find_zone, local_date, zone
from bot.engine.reminder_book import Book, keep_book, open_book, with_wishes
from bot.engine.reminder_summary import is_command, summary, ways
from bot.engine.scene import Scene
from bot.engine.schedule import Kind, Travel

HOME, AWAY = "home", "away"
"""What a zone is looked for: to live by, or for a journey."""


def timezone(scene: Scene, argument: str = "") -> None:
    """`/timezone`: in one step with a city behind it; else what time it is, and what to change."""
    if argument.strip() and _typed(scene, argument, HOME):
        return
    book = open_book(scene)
    where = book.schedule.zone_at(scene.now)
    if where is None:
        ask(scene)
        return
    away = book.schedule.travel is not None
    keys = ["zone-right", "zone-other", "zone-back" if away else "zone-travel"]
    text = scene.phrase("zone-now", _told(scene, where))
    scene.panel("zone", text, scene.options(*keys), data={"for": HOME})


def ask(scene: Scene, phrase: str = "zone-ask", purpose: str = HOME) -> None:
    """Ask for a city or the present time, with some big cities of this language to tap."""
    offered = zones.SUGGESTED.get(scene.talk.language, zones.SUGGESTED["en"])
    found = [zones.Found(name, _city(scene, name)) for name in offered]
    _offer(scene, found, phrase, purpose)


def chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Follow a choice on the zone's panel."""
    purpose = str(panel.data.get("for", HOME))
    if which.startswith("zone="):
        _confirm(scene, which.removeprefix("zone="), purpose)
    elif which == "zone-yes":
        _agreed(scene, str(panel.data["zone"]), purpose)
    elif which in ("zone-no", "zone-other"):
        ask(scene, purpose=purpose)
    elif which == "zone-travel":
        ask(scene, "zone-travel-where", AWAY)
    elif which == "zone-back":
        scene.fold_panel()
        book = open_book(scene)
        _show(scene, kept(scene, book.chosen(replace(book.schedule, travel=None))))
    else:
        scene.fold_panel()
        _show(scene, open_book(scene))


def said(scene: Scene, panel: Panel, text: str) -> bool:
    """Take typed words as a city, a zone's name or the present time."""
    if is_command(scene, text):
        return False
    if not _typed(scene, text, str(panel.data.get("for", HOME))):
        scene.tell("zone-not-found")
        ask(scene, purpose=str(panel.data.get("for", HOME)))
    return True


def until_chosen(scene: Scene, panel: Panel, which: str) -> None:
    """Take the end of a journey from a button."""
    _travel(scene, str(panel.data["zone"]), date.fromisoformat(which))


def until_said(scene: Scene, panel: Panel, text: str) -> bool:
    """Take the end of a journey from words."""
    away = zone(str(panel.data["zone"]))
    day = day_words.date_ahead(text, scene.talk.language, local_date(away, scene.now))
    if day is None:
        return False
    _travel(scene, away.key, day)
    return True


def kept(scene: Scene, book: Book) -> Book:
    """Keep a choice, with the follow-ups that waited for it."""
    return keep_book(scene, with_wishes(book, scene.now))


def _typed(scene: Scene, text: str, purpose: str) -> bool:
    found = zones.search(text, scene.talk.language)
    if not found:
        minutes = clock_words.times(text, scene.talk.language)
        found = zones.telling(minutes, scene.now, scene.talk.language) if minutes else ()
    if len(found) == 1:
        _confirm(scene, found[0].zone, purpose)
    elif found:
        _offer(scene, found, "zone-which", purpose)
    return bool(found)


def _offer(scene: Scene, found: Sequence[zones.Found], phrase: str, purpose: str) -> None:
    options = [
        (f"zone={one.zone}", f"{one.place} ({scene.now.astimezone(zone(one.zone)):%H:%M})")
        for one in found
    ]
    scene.panel("zone", scene.phrase(phrase), options, data={"for": purpose}, ways=ways(scene))


def _confirm(scene: Scene, name: str, purpose: str) -> None:
    text = scene.phrase("zone-right", _told(scene, zone(name)))
    options = scene.options("zone-yes", "zone-no")
    scene.panel("zone", text, options, data={"for": purpose, "zone": name}, ways=ways(scene))


def _agreed(scene: Scene, name: str, purpose: str) -> None:
    where = zone(name)
    scene.fold_panel(answer=_city(scene, name))
    if purpose == AWAY:
        today = local_date(where, scene.now)
        days = [today + timedelta(days=n) for n in (3, 7, 14)]
        options = [(day.isoformat(), when.day_name(scene.house, day)) for day in days]
        data: dict[str, object] = {"zone": name}
        scene.panel("zone-until", scene.phrase("zone-until"), options, data=data)
        return
    book = open_book(scene)
    schedule = replace(book.schedule, zone=name, travel=None)
    _show(scene, kept(scene, book.chosen(schedule)))


def _travel(scene: Scene, name: str, until: date) -> None:
    scene.fold_panel(answer=when.day_name(scene.house, until))
    book = open_book(scene)
    schedule = replace(book.schedule, travel=Travel(name, until))
    _show(scene, kept(scene, book.chosen(schedule)))


def _show(scene: Scene, book: Book) -> None:
    """Say which zone holds, then what that means for reminders, if there are any."""
    schedule = book.schedule
    if schedule.travel is not None:
        home = find_zone(schedule.zone)
        values = {
            "city": _city(scene, schedule.travel.zone),
            "day": when.day_name(scene.house, schedule.travel.until),
            "home": _city(scene, home.key) if home else "",
        }
        scene.tell("zone-travelling", values)
    else:
        scene.tell("zone-kept", {"city": _city(scene, schedule.zone)})
    if any(schedule.rhythm(kind) for kind in Kind):
        summary(scene)
    elif scene.talk.waiting:
        scene.replies[-1] = replace(scene.replies[-1], ways=(scene.way("carry-on"),))


def _told(scene: Scene, where: ZoneInfo) -> dict[str, str]:
    return {"time": f"{scene.now.astimezone(where):%H:%M}", "city": _city(scene, where.key)}


def _city(scene: Scene, name: str) -> str:
    return zones.city(name, scene.talk.language)
