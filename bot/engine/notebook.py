"""Reading one's own words: notes, search, a sheet to take along, and everything as a copy.

Owns how rows of the notebook are shown. The rows come from the store, opened; nothing is read here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine import looking_back, pages
from bot.engine.effects import Forget, Look, Row, Turn
from bot.engine.scene import Scene, words_of
from bot.engine.wording import compose, shorten
from bot.engine.words import fold
from bot.flows.library import Library
from bot.replies import File, Form, Manner, Reply, Span

PAGE = 5
"""Notes shown at once; with the buttons beneath they fit a phone."""

ASKED = 160
"""Characters of a question beside its answer in a list; a page to take away holds it whole."""

LABEL = 34
"""Characters of a note on its button (a label of 38 is shown whole on a phone)."""

SHEET_LIMIT = 20
"""Lines offered at once for the sheet (Discord and Telegram show 25 boxes at most)."""


def answer(
    library: Library,
    turn: Turn,
    look: Look,
    rows: Sequence[Row],
    now: datetime,
    everything: Mapping[str, Any] | None = None,
) -> Turn:
    """Answer a `Look` with the person's own rows; the result takes the place of `turn`.

    `everything` is the store's complete copy of the person, for an export.
    """
    # No chance is drawn while showing what is there.
    scene = Scene(library, turn.conversation, now, random.Random(0))  # noqa: S311
    scene.replies = list(turn.replies)
    scene.effects = [effect for effect in turn.effects if not isinstance(effect, Look)]
    scene.verdict, scene.notice = turn.verdict, turn.notice
    newest = sorted(rows, key=lambda row: (row.at, row.turn), reverse=True)
    SHOWN[look.what](scene, look, newest, everything or {})
    return scene.finish()


def _notes(scene: Scene, look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]) -> None:
    wanted = fold(look.argument)
    found = [row for row in rows if wanted in fold(f"{_title(scene, row)} {_own(row)}")]
    if not found:
        key = "notes-none-found" if wanted else "notes-empty"
        scene.panel("notes", scene.phrase(key), [], ways=_ways(scene))
        return
    first = look.page * PAGE if look.page * PAGE < len(found) else 0
    shown = found[first : first + PAGE]
    text = words_of(scene.phrase("notes"), *(_entry(scene, row) for row in shown))
    options = [(f"row-{row.id}", shorten(_own(row), LABEL)) for row in shown]
    if first + PAGE < len(found):
        options.append(("older", scene.house.phrase("choice-older")))
    options.append(("sheet", scene.house.phrase("choice-sheet")))
    data: dict[str, object] = {"page": first // PAGE, "search": look.argument}
    scene.panel("notes", text, options, data=data, ways=_ways(scene))


def _note(scene: Scene, look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]) -> None:
    row = next((row for row in rows if row.id == look.argument), None)
    if row is None:
        _notes(scene, Look("notes"), rows, {})
        return
    text = words_of(_entry(scene, row))
    options = scene.options("delete-note", "all-notes")
    scene.panel("note", text, options, data={"row": row.id}, ways=_ways(scene))


def _delete(scene: Scene, look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]) -> None:
    row = next((row for row in rows if row.id == look.argument), None)
    if row is not None:
        scene.effects.append(Forget(row.id))
        name = f"{row.flow}/{row.step}"
        held = scene.talk.answers.get(name)
        if held is not None and held.turn == row.turn:
            scene.talk.answers[name] = held._replace(value=None)
        scene.tell("note-deleted")
    _notes(scene, Look("notes"), [each for each in rows if each is not row], {})


def _sheet(scene: Scene, look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]) -> None:
    """Choose line by line what goes on the sheet; `look.argument` lists the ticked row ids."""
    ticked = set(look.argument.split())
    offered = list(rows[:SHEET_LIMIT])
    asked = scene.talk.turn
    boxes = tuple(
        scene.choice(
            f"{'-' if row.id in ticked else '+'}{row.id}",
            shorten(_own(row), LABEL),
            chosen=row.id in ticked,
        )
        for row in offered
    )
    keys = [f"{sign}{row.id}" for row in offered for sign in "+-"]
    scene.panel("sheet", (), [], data={"ticked": " ".join(sorted(ticked))})
    panel = scene.talk.panel
    if panel is not None:
        panel.keys = [*keys, "made"]
        panel.data["labels"] = {f"+{row.id}": _own(row) for row in offered}
        panel.asked = asked
    scene.replies.pop()
    scene.reply(
        Reply(
            scene.phrase("sheet"),
            form=Form.PICK,
            choices=boxes,
            done=scene.choice("made", scene.house.phrase("choice-make-sheet")),
            ways=tuple(scene.way(way) for way in _ways(scene)),
            at_most=len(offered),
        )
    )


def _sheet_made(
    scene: Scene, look: Look, rows: Sequence[Row], _everything: Mapping[str, Any]
) -> None:
    ticked = set(look.argument.split())
    lines = [_line(scene, row) for row in reversed(rows) if row.id in ticked]
    if not lines:
        scene.tell("sheet-empty")
        _sheet(scene, Look("sheet"), rows, {})
        return
    title = scene.house.phrase("sheet-title")
    page = pages.sheet(title, lines, scene.talk.language)
    scene.reply(Reply(scene.phrase("sheet-made"), file=File("ajar-sheet.html", page, "text/html")))


def _export(scene: Scene, _look: Look, rows: Sequence[Row], everything: Mapping[str, Any]) -> None:
    lines = [_line(scene, row) for row in reversed(rows)]
    title, rest = scene.house.phrase("export-title"), scene.house.phrase("export-rest")
    page = pages.copy(title, lines, rest, everything, scene.talk.language)
    data = json.dumps(everything, ensure_ascii=False, indent=2, default=str)
    scene.reply(
        Reply(scene.phrase("export-page"), file=File("ajar-export.html", page, "text/html"))
    )
    scene.reply(
        Reply(
            scene.phrase("export-data"),
            file=File("ajar-export.json", data, "application/json"),
        )
    )


Show = Callable[[Scene, Look, Sequence[Row], Mapping[str, Any]], None]

SHOWN: Mapping[str, Show] = {
    "notes": _notes,
    "search": _notes,
    "note": _note,
    "delete": _delete,
    "sheet": _sheet,
    "sheet-made": _sheet_made,
    "export": _export,
    "look-back": looking_back.show,
}
"""How each kind of `Look` is answered."""


def _entry(scene: Scene, row: Row) -> tuple[Span, ...]:
    heading = f"{_day(scene, row)} · {_title(scene, row)}"
    asked = shorten(_asked(scene, row), ASKED)
    question = (Span(asked), Span("\n")) if asked else ()
    return (Span(heading, Manner.STRONG), Span("\n"), *question, Span(_own(row), Manner.OWN))


def _line(scene: Scene, row: Row) -> pages.Line:
    return pages.Line(_day(scene, row), _title(scene, row), _asked(scene, row), _own(row))


def _title(scene: Scene, row: Row) -> str:
    return scene.library.title(scene.talk.language, row.flow)


def _asked(scene: Scene, row: Row) -> str:
    """Give the question as it is worded today; empty where its step is gone."""
    say = scene.library.words(scene.talk.language, row.flow, row.step).say
    spans = compose(say[0], lambda _name: None) if say else ()
    return " ".join("".join(span.text for span in spans).split())


def _own(row: Row) -> str:
    return row.shown or (", ".join(row.value) if isinstance(row.value, tuple) else str(row.value))


def _day(scene: Scene, row: Row) -> str:
    zone = ZoneInfo(str(scene.talk.settings.get("zone") or "UTC"))
    return datetime.fromtimestamp(row.at, zone).date().isoformat()


def _ways(scene: Scene) -> list[str]:
    return ["carry-on"] if scene.talk.waiting else []
