"""One turn: an event and a conversation in, a new conversation with replies and effects out.

Owns the order in which an event is tried: danger first, then stop words, then the panel on top,
then the open question, then commands. Pure: no clock, no chance, no input or output of its own.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from bot.engine import (
    answering,
    care,
    check_ins,
    house,
    menu,
    reminder_book,
    reminder_setup,
    reminders,
    retention,
    sittings,
    tokens,
    unseen,
    walk,
)
from bot.engine.asking import open_question
from bot.engine.conversation import Conversation
from bot.engine.effects import SetTimer, Turn
from bot.engine.scene import WAY, Scene
from bot.engine.words import clean
from bot.events import (
    TEXT_LIMIT,
    Chose,
    Commanded,
    Due,
    Event,
    Left,
    Returned,
    Said,
    Sent,
    Thing,
)
from bot.flows.library import MASTER, Library
from bot.flows.model import Choose, Pick, Scale, Write
from bot.ports import Verdict
from bot.replies import Urgency

DOUBLE_TAP = timedelta(seconds=10)
"""A stale button within this time of the last event is a double tap: a notice is answer enough."""

REST = timedelta(hours=1)
"""While there is no content, whatever comes due is put off by this much."""

QUESTION_WAYS = ("skip", "back", "keep", "done")
"""Ways that act on one question, and so are bound to the turn it was asked in."""


def begin(
    platform: str, locale: str, library: Library, now: datetime, rng: random.Random
) -> Conversation:
    """Make the conversation of a first contact, in the platform's language where we speak it."""
    language = locale.lower().replace("_", "-").partition("-")[0]
    stamp = int(now.timestamp())
    return Conversation(
        tag=tokens.new_tag(rng),
        language=language if language in library.languages else MASTER,
        platform=platform,
        started=stamp,
        last_contact=stamp,
        settings={"region": region} if (region := _region(locale)) else {},
    )


def _region(locale: str) -> str:
    """Give the country part of a locale such as `de-AT`: a guess, and only ever offered as one."""
    last = locale.replace("_", "-").rpartition("-")[2]
    return last.upper() if "-" in locale.replace("_", "-") and len(last) == 2 else ""


def take_turn(
    library: Library, conversation: Conversation, event: Event, now: datetime, rng: random.Random
) -> Turn:
    """Take one turn. Never changes what it is given; never raises for any content that passed the
    checker, any event and any conversation that `load` gave."""
    return take_own_turn(library, conversation.copy(), event, now, rng)


def take_own_turn(
    library: Library, conversation: Conversation, event: Event, now: datetime, rng: random.Random
) -> Turn:
    """As `take_turn`, for a conversation that nobody else holds, such as one just loaded: it is
    changed in place, and of no use any more should the turn fail."""
    scene = Scene(library, conversation, now, rng, own=True)
    if isinstance(event, Left | Returned):
        if isinstance(event, Left):
            reminder_book.out_of_reach(scene)
        return scene.finish()
    if isinstance(event, Due) and event.kind in unseen.KINDS:
        unseen.due(scene, event)
        return scene.finish()
    scene.talk.turn += 1
    if not isinstance(event, Due):
        reminder_book.heard(scene)
        retention.heard(scene)
        sittings.heard(scene)
    if not library.flows:
        _rest(scene, event)
        return scene.finish()
    moved = walk.settle(scene)
    if isinstance(event, Due):
        _due(scene, event)
    elif care.noticed(scene, _words(event)) or retention.too_fast(scene):
        pass
    elif moved and not isinstance(event, Commanded):
        scene.tell("rewritten")
        menu.carry_on(scene)
    else:
        _live(scene, event)
        care.asked_for(scene)
    if scene.ended:
        sittings.suggest(scene)
        menu.after_flow(scene)
    check_ins.after(scene)
    if not isinstance(event, Due):
        reminder_setup.ask_what_waits(scene)
        scene.talk.last_contact = scene.stamp
    return scene.finish()


def _words(event: Event) -> str:
    """Give whatever the person typed in an event, cleaned."""
    match event:
        case Said(text=text):
            return clean(text, TEXT_LIMIT)
        case Commanded(argument=argument):
            return clean(argument, TEXT_LIMIT)
        case Sent(caption=caption):
            return clean(caption, TEXT_LIMIT)
    return ""


def _rest(scene: Scene, event: Event) -> None:
    """Without any content: help in danger still works, everybody's place is left alone."""
    asked = isinstance(event, Commanded) and event.name.lower() == "crisis"
    if asked or care.noticed(scene, _words(event)):
        if asked:
            care.crisis(scene)
    elif isinstance(event, Due):
        later = scene.now + REST
        scene.effects.append(SetTimer(event.kind, event.subject, later, event.guard))
    else:
        scene.tell("resting")


def _live(scene: Scene, event: Event) -> None:
    match event:
        case Said(token=token):
            _said(scene, _words(event), token)
        case Chose(token=token, values=values):
            _chose(scene, token, values)
        case Commanded(name=name):
            _commanded(scene, name.lower(), _words(event))
        case Sent(thing=thing):
            _sent(scene, thing)


def _commanded(scene: Scene, name: str, argument: str) -> None:
    """Carry out a command; one that is none may still be a word for one, as in `/notizen`."""
    typed = clean(name, TEXT_LIMIT)
    if house.run(scene, name, argument) or care.noticed(scene, typed):
        return
    if command := house.typed_command(scene, typed):
        house.run(scene, *command)
    else:
        scene.tell("unknown-command")
        menu.help_(scene)


def _said(scene: Scene, text: str, token: str) -> None:
    question = open_question(scene)
    panel = scene.talk.panel
    if panel and not panel.keys and panel.name not in house.SAID and question:
        scene.fold_panel()
    if token and not _is_open(scene, token):
        _stale(scene)
    elif not text:
        _sent(scene, Thing.OTHER)
    elif house.is_stop(scene, text):
        house.run(scene, "stop")
    elif not token and scene.talk.panel and house.panel_said(scene, scene.talk.panel, text):
        pass
    elif (command := house.typed_command(scene, text)) and (
        question is None or text.startswith("/") or _outranks(scene)
    ):
        house.run(scene, *command)
    elif question is None or (scene.talk.panel and not token):
        _past_the_panel(scene, text)
    elif answering.take(scene, text):
        pass
    elif command:
        house.run(scene, *command)
    else:
        answering.reask(scene, text)


def _outranks(scene: Scene) -> bool:
    """Whether a bare command word beats the open question: only where any words would answer it,
    or else nobody could leave such a question by typing."""
    found = open_question(scene)
    return scene.talk.panel is not None or (
        found is not None and isinstance(found[1].question, Write)
    )


def _past_the_panel(scene: Scene, text: str) -> None:
    """Words that mean nothing to the panel on top: an answer to the question below where that can
    be told for sure, else the question again, never a guess."""
    found = open_question(scene)
    if found is None:
        menu.lost(scene)
    elif care.is_offered(scene, text) and answering.take(scene, text):
        scene.fold_panel()
    else:
        menu.carry_on(scene)


def _chose(scene: Scene, token: str, values: tuple[str, ...]) -> None:
    read = tokens.read(values[0] if values else token)
    found = open_question(scene)
    panel = scene.talk.panel
    if read is None or read.tag != scene.talk.tag:
        _stale(scene)
    elif read.key.startswith(WAY) and read.key[1:] not in QUESTION_WAYS:
        if not house.run(scene, read.key[1:]):
            _stale(scene)
    elif panel and panel.asked == read.turn and read.key in panel.keys:
        house.PANELS[panel.name](scene, panel, read.key)
    elif check_ins.closed(scene, read.turn, read.key):
        pass
    elif found and found[0].asked == read.turn:
        if not _answer(scene, read.key, values):
            _stale(scene)
    else:
        _stale(scene)


def _answer(scene: Scene, key: str, values: tuple[str, ...]) -> bool:
    """Take a pressed button as the answer of the open question. False if it offers no such one."""
    found = open_question(scene)
    if found is None:
        return False
    frame, step = found
    match step.question:
        case _ if key.startswith(WAY):
            scene.fold_panel()
            return house.run(scene, key[1:])
        case Choose(options=options) if key in options:
            scene.fold_panel()
            walk.accept(scene, key)
        case Scale(low=low, high=high) if key.isdecimal() and low <= int(key) <= high:
            scene.fold_panel()
            walk.accept(scene, int(key))
        case Pick(options=options) if values:
            live = (scene.talk.tag, frame.asked)
            chosen = filter(None, map(tokens.read, values))
            keys = {read.key[1:] for read in chosen if (read.tag, read.turn) == live}
            frame.picked = [stored for stored in options if stored in keys]
            answering.done(scene)
        case Pick(options=options) if key[:1] in ("+", "-") and key[1:] in options:
            walk.toggle(scene, key)
        case _:
            return False
    return True


def _is_open(scene: Scene, token: str) -> bool:
    read = tokens.read(token)
    found = open_question(scene)
    return bool(read and found and read.tag == scene.talk.tag and read.turn == found[0].asked)


def _stale(scene: Scene) -> None:
    """Answer a button of a question that has moved on, without consuming it."""
    scene.verdict = Verdict.STALE
    scene.notice = scene.house.phrase("moved-on")
    if scene.away_for() >= DOUBLE_TAP:
        if scene.talk.waiting:
            menu.carry_on(scene)
        elif not scene.talk.panel:
            menu.here(scene)


def _sent(scene: Scene, thing: Thing) -> None:
    scene.tell(f"sent-{thing.value}")


def _due(scene: Scene, event: Due) -> None:
    """Act on a timer; one made for another turn is let go."""
    if event.guard and event.guard != scene.talk.turn - 1:
        return
    if event.kind == retention.KIND:
        scene.urgency = Urgency.REMINDER
        retention.due(scene)
    else:
        reminders.due(scene, event)
