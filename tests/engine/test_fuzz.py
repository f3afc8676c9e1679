"""100,000 random events against a model of what may be consumed: nothing raises, nothing is filed
under the wrong question, the state always loads, and there is always a way on."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.engine import tokens
from bot.engine.conversation import Answer, Consent, Conversation, Frame, load, save
from bot.engine.turn import take_turn
from bot.events import Chose, Commanded, Due, Event, Left, Returned, Said, Sent, Thing
from bot.flows.library import Library
from bot.flows.model import Choose, Pick, Question, Scale
from bot.ports import Verdict
from bot.replies import TOKEN_LIMIT
from bot.testing import Player, buttons

Allowed = Callable[[str, Answer], bool]

BURST = 50
"""Events a rule plays at a time: the machine's own bookkeeping costs more than a turn."""

EXAMPLES, STEPS = 60, 50
"""60 runs of up to 50 rules of 50 events each: 100,000 events and more."""

COMMANDS = (
    "start", "menu", "checkin", "now", "back", "skip", "change", "notes", "export",
    "erase", "language", "privacy", "help", "stop", "here", "carry-on", "keep", "done", "bye", "",
)  # fmt: skip

WORDS = (
    "1", "2", "3", "4", "5", "9", "0", "-1", "green", "black", "neither", "sugar and milk", "1,2",
    "hot", "Ana", "skip", "back", "menu", "stop", "I can't stop now", "change", "/menu", "/x",
    "", " ", "\x00", "\u202eolleh", "e\u0301" * 40, "🙂" * 50, "ß", "x" * 5000, "{note or x}",
    "*a*",     "<b>", "1) Green", "yes", "no", "Da\nund\tdort", "good night", "２",
)  # fmt: skip


class Talk(RuleBasedStateMachine):
    """One person, and everything that can happen to them."""

    library: Library
    total: list[int]

    @initialize(seed=st.integers(0, 2**32), keep=st.sampled_from(["words", "taps", "place", ""]))
    def meet(self, seed: int, keep: str) -> None:
        """A new person, with or without consent."""
        self.chance = random.Random(seed)
        self.player = Player(self.library, seed=seed)
        if keep:
            self.player.talk.consent = Consent(keep, "1", 0)
        self.taps: list[str] = []

    @rule(kinds=st.lists(st.sampled_from("tttttsccccwdolrq"), min_size=BURST, max_size=BURST))
    def happens(self, kinds: list[str]) -> None:
        """A burst of events of these kinds."""
        for kind in kinds:
            self.take(self.event(kind))

    @invariant()
    def a_way_on(self) -> None:
        """From anywhere, the menu offers something and the place can be shown again."""
        if not hasattr(self, "player"):
            return
        for name in ("menu", "here"):
            turn = take_turn(
                self.library,
                self.player.talk,
                Commanded(name),
                self.player.clock(),
                random.Random(0),
            )
            assert any(buttons(reply) for reply in turn.replies), f"/{name} offers nothing"

    def event(self, kind: str) -> Event:
        """Draw an event of a kind: taps current, stale or forged; typing; commands; timers."""
        chance = self.chance
        match kind:
            case "t" if self.taps:
                recent = self.taps[-6:] if chance.random() < 0.7 else self.taps
                return Chose(chance.choice(recent))
            case "q" if self.taps:
                return Chose("", tuple(chance.sample(self.taps[-8:], min(3, len(self.taps[-8:])))))
            case "s":
                forged = tokens.make(
                    self.player.talk.tag if chance.random() < 0.8 else "zzzz",
                    max(0, self.player.talk.turn - chance.randrange(4)),
                    chance.choice(
                        ["green", "+sugar", "-sugar", "3", "99", "!menu", "!", "", "at-0"]
                    ),
                )
                return Chose(forged)
            case "c":
                return Commanded(chance.choice(COMMANDS), chance.choice(["", "tea", "1", "xx"]))
            case "d":
                guard = chance.choice([0, self.player.talk.turn, 1])
                return Due("follow-up", chance.choice(["tea/was-it", "tea/gone", ""]), guard)
            case "o":
                return Sent(chance.choice(list(Thing)), chance.choice(WORDS))
            case "l":
                return Left()
            case "r":
                return Returned()
            case "w":
                token = chance.choice(self.taps) if self.taps else ""
                return Said(chance.choice(WORDS), token if chance.random() < 0.3 else "")
        return Said(chance.choice(WORDS))

    def take(self, event: Event) -> None:
        """Play one event and hold what came of it against the model."""
        before = load(save(self.player.talk))
        expected = allowed(self.library, before, event)
        self.player.clock.advance(timedelta(seconds=self.chance.choice([0, 1, 30, 4000])))
        self.player.history.clear()
        self.player.happens(event)
        self.total[0] += 1
        after = self.player.talk
        assert after == load(save(after)), "the state does not survive being written down"
        assert after.turn - before.turn in (0, 1)
        if self.player.last.verdict is Verdict.STALE:
            assert answered(before.answers) == answered(after.answers)
        new = {
            name: answer
            for name, answer in after.answers.items()
            if answer.turn == after.turn and before.answers.get(name) != answer
        }
        for name, answer in new.items():
            assert expected is not None, f"{event} was filed under {name}"
            assert expected(name, answer), f"{event} was filed under {name} as {answer}"
        for reply in self.player.seen:
            for choice in buttons(reply):
                assert len(choice.token.encode("ascii")) <= TOKEN_LIMIT
                self.taps.append(choice.token)
        del self.taps[:-40]


def answered(answers: dict[str, Answer]) -> dict[str, object]:
    return {name: answer.value for name, answer in answers.items()}


def allowed(library: Library, talk: Conversation, event: Event) -> Allowed | None:
    """Say by a second, simpler reading which answer this event may leave, if any.

    Only the open question may be answered, by its own live token, by words, or by skipping; a
    change that brings back later answers may file those again with the values they had.
    """
    frame = talk.frame
    step = library.step(frame.flow, frame.step) if frame else None
    if frame is None or not frame.asked or step is None or step.question is None:
        return None
    here = f"{frame.flow}/{frame.step}"
    question = step.question

    def expected(name: str, answer: Answer) -> bool:
        if name != here:
            flow, _, later = name.partition("/")
            aside = frame.aside.get(later)
            return flow == frame.flow and aside is not None and aside.value == answer.value
        if answer.skipped:
            return isinstance(event, Commanded | Chose | Said)
        return fits(question, answer) and entitled(talk, frame, event)

    return expected


def entitled(talk: Conversation, frame: Frame, event: Event) -> bool:
    """Whether an event may answer the open question at all."""
    match event:
        case Chose(token=token, values=values):
            read = tokens.read(values[0] if values else token)
            if read is None or read.tag != talk.tag:
                return False
            return read.turn == frame.asked or (read.key == "!keep" and bool(frame.aside))
        case Said(token=token):
            read = tokens.read(token)
            return not token or (read is not None and read.turn == frame.asked)
        case Commanded(name=name):
            return name in ("done", "keep")
    return False


def fits(question: Question, answer: Answer) -> bool:
    """Whether a stored value is one this question can have."""
    value = answer.value
    match question:
        case Choose(options=options):
            return value in options
        case Pick(options=options):
            return isinstance(value, tuple) and set(value) <= set(options)
        case Scale(low=low, high=high):
            return isinstance(value, int) and low <= value <= high
    return value is None or isinstance(value, str)


@pytest.mark.proof
def test_a_hundred_thousand_events(small: Library) -> None:
    """Random taps, words, commands, timers and forgeries never confuse a conversation."""
    total = [0]
    machine = type("Played", (Talk,), {"library": small, "total": total})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert total[0] >= 100_000
