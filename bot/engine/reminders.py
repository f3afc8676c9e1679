"""What happens when a reminder comes due.

Owns the messages of reminders. Whether and when something is due is decided in `decide` and `due`.
What may stand on a lock screen is content: house phrases `reminder-*`, and the flow `checkin`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.engine import silence, walk
from bot.engine.check_ins import CARE, begin_check_in, put_away
from bot.engine.conversation import Panel
from bot.engine.decide import LATEST, Hold, Send, Skip, decide
from bot.engine.due import bedtime, next_due
from bot.engine.effects import Count, Look, SetTimer
from bot.engine.putting_off import TEST
from bot.engine.reminder_book import Book, keep_book, open_book
from bot.engine.replan import carried, put_off
from bot.engine.scene import WAY, Scene, words_of
from bot.engine.schedule import RECURRING, Item, Kind, Wording, key
from bot.events import Due
from bot.replies import Choice, Form, Reply, Text, Urgency

LOOK_BACK = "look-back"
CARE_REST = timedelta(hours=3)
"""How long a reminder waits behind one of them; then it has had its time."""

TEST_AFTER = timedelta(seconds=15)
"""How soon a test comes."""

TEST_LATEST = timedelta(minutes=5)
"""A test later than this proves nothing any more and is let go."""

LATE = timedelta(seconds=60)
"""Sent later than this counts as late in the operator's figures."""

PRACTICES = ("slow", "talk", "balance", "kind", "say", "trust")
"""Flows a nudge may lead into: the one visited longest ago."""

_KINDS = frozenset(Kind)


def due(scene: Scene, event: Due) -> None:
    """Act on a timer that came due. One that nothing is planned for any more is let go."""
    if event.kind == TEST:
        _test_came(scene, event)
        return
    if event.kind not in _KINDS:
        return
    book = open_book(scene)
    name = key(Kind(event.kind), event.subject)
    item = book.memory.planned.get(name)
    if item is None:
        return
    memory = silence.settle(book.schedule, book.memory, scene.now)
    if scene.now < item.wake and item.kind in RECURRING and not item.snoozes:
        # Woken early: the rules of its zone have changed, or the clock was put back.
        item = next_due(book.schedule, memory, item.kind, scene.now - LATEST)
        if item is None or scene.now < item.due:
            keep_book(scene, book.remembering(silence.without(memory, name)))
            return
    if item.kind is Kind.FOLLOW_UP:
        item = carried(book.schedule, item, scene.now)
    decision = decide(book.schedule, memory, item, scene.now, _last_contact(scene))
    if isinstance(decision, Hold):
        held = put_off(memory, decision.item)
        keep_book(scene, book.remembering(held), plan=False)
        scene.effects.append(SetTimer(event.kind, event.subject, decision.item.wake))
        return
    scene.effects.append(Count("reminders.due"))
    if isinstance(decision, Skip):
        scene.effects.append(Count(f"reminders.skipped.{decision.reason}"))
        keep_book(scene, book.remembering(silence.without(memory, name)))
        return
    scene.effects.append(Count(f"reminders.sent.{item.kind}"))
    if scene.now - item.wake > LATE:
        scene.effects.append(Count("reminders.late"))
    scene.urgency = Urgency.REMINDER
    scene.until = int(bedtime(book.schedule, scene.now).timestamp())
    _make_room(scene)
    _send(scene, book.remembering(memory), item, decision)


def try_out(scene: Scene, _argument: str = "") -> None:
    """Send a test in a moment, the whole way that real reminders go."""
    scene.effects.append(SetTimer(TEST, str(scene.stamp), scene.now + TEST_AFTER))
    scene.tell("reminder-test-coming")


def nudge_chosen(scene: Scene, _panel: Panel, which: str) -> None:
    """Show what a nudge is about, or go into the practice it names."""
    scene.fold_panel()
    if which == "nudge-show":
        _nudge(scene, open_book(scene))
    elif which in scene.library.flows:
        walk.open_flow(scene, which)


def look_back_chosen(scene: Scene, _panel: Panel, _which: str) -> None:
    """Open the look-back over the week."""
    scene.fold_panel()
    look_back(scene)


def look_back(scene: Scene, _argument: str = "") -> None:
    """Show what the last week held, in the person's own words."""
    scene.fold_panel()
    scene.effects.append(Look(LOOK_BACK))


def follow_up_chosen(scene: Scene, panel: Panel, _which: str) -> None:
    """Open what the person asked to be asked about."""
    scene.fold_panel()
    _open_follow_up(scene, str(panel.data["subject"]))


def _make_room(scene: Scene) -> None:
    """Put away what lies on top. The buttons of a panel about danger stay where they are."""
    panel = scene.talk.panel
    if panel is not None and panel.name in CARE:
        scene.talk.panel = None
    scene.fold_panel()


def _send(scene: Scene, book: Book, item: Item, how: Send) -> None:
    asks = item.kind is Kind.CHECK_IN and not how.last
    if asks and book.memory.doing not in (None, item.day):
        put_away(scene)
    turn = scene.talk.turn if asks else 0
    memory = silence.sent(book.schedule, book.memory, item, scene.now, turn)
    book = keep_book(scene, book.remembering(memory))
    if how.last:
        scene.tell("reminder-last")
    elif item.kind is Kind.CHECK_IN:
        _ask(scene, book, item, how)
    elif item.kind is Kind.FOLLOW_UP:
        _follow_up(scene, book, item)
    elif item.kind is Kind.NUDGE and book.schedule.wording is Wording.PLAIN:
        _nudge(scene, book)
    elif item.kind is Kind.NUDGE:
        _knock(scene, item, "nudge", ["nudge-show"])
    else:
        _knock(scene, item, "look-back", ["look-back-show"])
    if book.schedule.pause is not None:
        _end_pause(scene)


def _ask(scene: Scene, book: Book, item: Item, how: Send) -> None:
    """Put the check-in's first question, behind a line that tells a lock screen nothing."""
    known = len(scene.replies)
    begin_check_in(scene, item.day, how="timer")
    line = "reminder-soft" if how.soft else "reminder-again" if how.again else "reminder-checkin"
    if book.schedule.wording is Wording.PLAIN and not how.soft:
        line = "reminder-checkin-plain"
    intro = scene.phrase(line)
    asked = [n for n in range(known, len(scene.replies)) if not scene.replies[n].closes]
    if not asked:
        scene.say(intro, ways=_ways(scene, item.kind))
        return
    first = scene.replies[asked[0]]
    ways = _ways(scene, item.kind) if len(asked) == 1 else first.ways
    scene.replies[asked[0]] = replace(first, text=words_of(intro, first.text), ways=ways)


def _knock(scene: Scene, item: Item, what: str, keys: list[str]) -> None:
    """Send one line that tells a lock screen nothing, with a way in."""
    options = scene.options(*keys)
    _panel(scene, f"reminder-{what}", what, options, item.kind)


def _nudge(scene: Scene, book: Book) -> None:
    often = silence.frequent(book.schedule, book.memory, scene.now)
    text = scene.phrase("nudge-insight" if often else "nudge-suggestion")
    practices = [flow for flow in PRACTICES if flow in scene.library.flows]
    options = []
    if practices:
        flow = min(practices, key=lambda name: _last_visit(scene, name))
        options = [(flow, scene.library.title(scene.talk.language, flow))]
    _panel(scene, text, "nudge", options, Kind.NUDGE)


def _follow_up(scene: Scene, book: Book, item: Item) -> None:
    if book.schedule.wording is Wording.PLAIN:
        _open_follow_up(scene, item.subject)
        return
    options = scene.options("follow-up-show")
    _panel(
        scene,
        "reminder-follow-up",
        "follow-up",
        options,
        Kind.FOLLOW_UP,
        {"subject": item.subject},
    )


def _open_follow_up(scene: Scene, subject: str) -> None:
    flow, _, step = walk.renamed(scene.library).get(subject, subject).partition("/")
    if scene.library.step(flow, step):
        walk.open_flow(scene, flow, step=step, how="timer")
    else:
        scene.tell("reminder-gone")


def _panel(
    scene: Scene,
    text: str | Text,
    name: str,
    options: list[tuple[str, str]],
    kind: Kind,
    data: dict[str, object] | None = None,
) -> None:
    """Lay a panel with the ways of a reminder beneath it."""
    words = scene.phrase(text) if isinstance(text, str) else text
    scene.panel(name, words, options, data=data)
    scene.replies[-1] = replace(scene.replies[-1], ways=_ways(scene, kind))


def _ways(scene: Scene, kind: Kind) -> tuple[Choice, ...]:
    names = ("later",) if kind is Kind.FOLLOW_UP else ("later", "not-today")
    phrase = scene.house.phrase
    return scene.choices([(f"{WAY}{name}-{kind}", phrase(f"way-{name}")) for name in names])


def _end_pause(scene: Scene) -> None:
    """The pause is over with this reminder: one short note, and nothing more about it."""
    book = open_book(scene)
    keep_book(scene, book.chosen(replace(book.schedule, pause=None)))
    note = scene.phrase("pause-over")
    first = next(n for n, reply in enumerate(scene.replies) if not reply.closes)
    scene.replies[first] = replace(
        scene.replies[first], text=words_of(note, scene.replies[first].text)
    )


def _test_came(scene: Scene, event: Due) -> None:
    if scene.stamp - int(event.subject) > TEST_LATEST.total_seconds():
        return
    scene.urgency = Urgency.REMINDER
    scene.effects.append(Count("reminders.sent.test"))
    book = open_book(scene)
    line = (
        "reminder-checkin"
        if book.schedule.wording is Wording.DISCREET
        else ("reminder-checkin-plain")
    )
    scene.reply(Reply(words_of(scene.phrase(line), scene.phrase("reminder-test")), form=Form.NONE))


def _last_contact(scene: Scene) -> datetime | None:
    """Say when the person was last in the middle of something. Behind a panel of somebody in
    danger, the middle lasts longer."""
    if not scene.talk.last_contact:
        return None
    last = datetime.fromtimestamp(scene.talk.last_contact, UTC)
    panel = scene.talk.panel
    if panel is not None and panel.name in CARE and scene.now - last < CARE_REST:
        return scene.now
    return last


def _last_visit(scene: Scene, flow: str) -> int:
    turns = [a.turn for name, a in scene.talk.answers.items() if name.startswith(f"{flow}/")]
    return max(turns, default=0)
