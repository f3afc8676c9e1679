"""Danger comes before everything: in every state, from every kind of text, with the place kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.conversation import Consent, Conversation, load, save
from bot.engine.effects import Count, Keep
from bot.engine.safety import Tier, recognise
from bot.engine.turn import take_turn
from bot.events import Chose, Commanded, Event, Said, Sent, Thing
from bot.flows.house import BUILT_IN
from bot.flows.library import Library, bare
from bot.flows.loading import load_bare
from bot.replies import Urgency, plain
from bot.testing import Player

NEEDS_THE_WELCOME = ("the welcome", "consent")
"""States of the shipped content; the others are the small one's."""

MESSAGES = Path(__file__).resolve().parent.parent / "safety" / "messages"

CLEAR = "I want to kill myself"
SHARES = 6
"""The everyday run says every sixth phrase in a state; there are some thousands of them."""

States = dict[str, Callable[[Player], Player]]

STATES: States = {
    "before the welcome": lambda p: p,
    "the welcome": lambda p: p.send("/start"),
    "consent": lambda p: p.send("/start").tap("begin"),
    "a choice": lambda p: p.open_flow("tea"),
    "several": lambda p: p.open_flow("tea").send("black"),
    "a number": lambda p: p.open_flow("tea").send("green"),
    "free words": lambda p: p.open_flow("tea").send("green").send("4"),
    "a visited flow": lambda p: p.open_flow("tea").send("green").send("4").send("skip"),
    "the end": lambda p: p.open_flow("walk").send("1"),
    "the menu": lambda p: p.open_flow("tea").send("/menu"),
    "help": lambda p: p.open_flow("tea").send("/help"),
    "a change": lambda p: p.open_flow("tea").send("green").send("/change"),
    "privacy": lambda p: p.open_flow("tea").send("/privacy"),
    "erase, first step": lambda p: p.open_flow("tea").send("/erase"),
    "erase, second step": lambda p: p.open_flow("tea").send("/erase").tap("erase-yes"),
    "a PIN": lambda p: p.open_flow("tea").send("/notes pin heron").send("/notes"),
    "reminders": lambda p: p.open_flow("tea").send("/reminders"),
    "the time zone": lambda p: p.open_flow("tea").send("/timezone"),
    "a pause": lambda p: p.open_flow("tea").send("/pause"),
    "after stop": lambda p: p.open_flow("tea").send("stop"),
    "the lines": lambda p: p.open_flow("tea").send("/crisis"),
    "countries": lambda p: p.open_flow("tea").send("/crisis").tap("other-countries"),
    "after weeks": lambda p: p.open_flow("tea").wait(timedelta(days=40)),
}


@pytest.fixture(scope="module")
def phrases(shipped: Library) -> list[tuple[str, str]]:
    """Every text of the development half that the rules see clear danger in, with its language."""
    found = []
    for path in sorted(MESSAGES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            message = json.loads(line)
            if message.get("crisis"):
                danger = recognise(shipped.safety, message["text"], message["lang"])
                if danger is not None and danger.tier is Tier.PAUSE:
                    found.append((message["text"], message["lang"]))
    assert len(found) > 300
    return found


def place(talk: Conversation) -> list[tuple[str, str]]:
    return [(frame.flow, frame.step) for frame in talk.stack]


@pytest.mark.proof
@pytest.mark.parametrize("state", STATES)
def test_help_comes_first_in_every_state(
    state: str, small: Library, shipped: Library, phrases: list[tuple[str, str]]
) -> None:
    """SAF-1, SAF-6: in this state danger, typed, as an argument, as a caption or as an edit, brings
    help before anything else, and the place is kept. The states share the phrases out among them,
    so that each phrase is said in some of them; the long run says every phrase in every state."""
    _help_comes_first(state, small, shipped, phrases[list(STATES).index(state) % SHARES :: SHARES])


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_every_phrase_brings_help_in_every_state(
    state: str, small: Library, shipped: Library, phrases: list[tuple[str, str]]
) -> None:
    """SAF-1, SAF-6: as above, with every danger phrase there is."""
    _help_comes_first(state, small, shipped, phrases)


def _help_comes_first(
    state: str, small: Library, shipped: Library, phrases: list[tuple[str, str]]
) -> None:
    library = shipped if state in NEEDS_THE_WELCOME else small
    player = Player(library)
    player.talk.consent = Consent("words", "1", 0)
    STATES[state](player)
    written = save(player.talk)
    for number, (text, language) in enumerate(phrases):
        talk = load(written)
        talk.language = language
        event: Event = (
            Said(text),
            Commanded("nonsense", text),
            Sent(Thing.PHOTO, text),
            Sent(Thing.EDIT, text),
        )[number % 4]
        turn = take_turn(library, talk, event, player.clock(), player.rng)
        spoken = [reply for reply in turn.replies if not reply.closes]
        assert Urgency.CRISIS is spoken[0].urgency, f"{state}: no help came first"
        assert place(talk) == place(turn.conversation)
        assert talk.answers == turn.conversation.answers
        assert not [effect for effect in turn.effects if isinstance(effect, Keep)]
        assert text not in save(turn.conversation).decode(), "SAF-17: the text was kept"


class TestCallsInOwnWords:
    """A call for help is one in plain words, in any language, with or without a stroke."""

    @pytest.mark.parametrize(
        "typed",
        [
            "I need help now",
            "i need help",
            "help me please",
            "necesito ayuda",
            "hilf mir",
            "/sos",
            "/krise",
            "/socorro",
        ],
    )
    @pytest.mark.parametrize("locale", ["en", "es", "de"])
    def test_lines_at_once(self, typed: str, locale: str, shipped: Library) -> None:
        """SAF-5: whoever calls for help is not told that it was no answer."""
        Player(shipped, locale=locale).open_flow("signs").send(typed).sees("findahelpline.com")

    def test_a_stroke_before_a_word_is_forgiven(self, shipped: Library) -> None:
        """`/notizen` is as good as `notizen`; a word of nothing brings the help."""
        player = Player(shipped, locale="de").open_flow("signs").send("/notizen")
        assert player.last.effects
        Player(shipped).open_flow("signs").send("/teapot").sees("I don't know that one")


class TestTheMessage:
    """What is said, in which order, and what can be done next."""

    def test_everything_is_in_one_message(self, shipped: Library) -> None:
        """SAF-3: care, emergency number, lines, who is speaking, choices: in one message."""
        player = Player(shipped).send("/start").send("/crisis").tap("other-countries")
        player.send("New Zealand")
        text = plain(player.seen[-1].text)
        order = ["I'm glad", "111", "1737", "I am a program"]
        assert sorted(text.index(part) for part in order) == [text.index(part) for part in order]
        assert ["Other countries", "Carry on where I was", "Stop for now"] == [
            choice.label for choice in player.seen[-1].choices
        ]

    def test_no_country_is_assumed(self, shipped: Library) -> None:
        """SAF-4: without a known country no country's line is shown, and nothing is asked first."""
        player = Player(shipped, locale="en").send("/crisis")
        player.sees("local emergency number").does_not_see("988")

    def test_a_guess_is_called_a_guess(self, shipped: Library) -> None:
        """SAF-4: a locale's region is offered as a guess, never used as if it were known."""
        player = Player(shipped, locale="en-NZ").send("/crisis").does_not_see("1737")
        assert any("New Zealand" in label and "guess" in label for label in player.labels())

    def test_short_numbers_stay_as_dialled(self, shipped: Library) -> None:
        """SAF-16: 3114 is 3114."""
        player = Player(shipped).send("/crisis").tap("other-countries").send("France")
        player.sees("3114").does_not_see("+33")

    def test_old_facts_are_marked(self, shipped: Library) -> None:
        """SAF-16: a line whose source is older than a year says so, with the date."""
        player = Player(shipped).send("/crisis").tap("other-countries").send("Sweden")
        player.sees("double-check").sees("2020")

    def test_the_country_is_remembered(self, shipped: Library) -> None:
        """SAF-4: once said, the country is not asked for again."""
        player = Player(shipped).send("/crisis").tap("other-countries").send("France")
        player.send(CLEAR).sees("3114")

    def test_the_place_is_there_afterwards(self, small: Library) -> None:
        """SAF-6: the person decides to go on, and the same question is there."""
        player = Player(small).open_flow("tea").send("green").send(CLEAR)
        player.tap("carry-on").sees("How warm should it be?")

    def test_stopping_asks_nothing(self, small: Library) -> None:
        """SAF-3: stopping is one short line without a question."""
        player = Player(small).open_flow("tea").send(CLEAR).tap("stop")
        assert "?" not in player.text()
        assert [] == player.labels()

    def test_only_a_counter_remembers(self, small: Library) -> None:
        """SAF-17: the event leaves a count and nothing else."""
        player = Player(small).open_flow("tea").send(CLEAR)
        assert [Count("crisis.shown")] == [e for e in player.last.effects if isinstance(e, Count)]


class TestWordsBeneathTheLines:
    """What is typed to the lines is a country or goes unanswered; it never answers a question."""

    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("France", "3114"),
            ("I am in france right now", "3114"),
            ("FR", "3114"),
            ("Frankreich", "3114"),
            ("Francia", "3114"),
            ("Frnace", "3114"),
            ("the USA", "988"),
            ("uk", "116 123"),
        ],
    )
    def test_a_country_is_understood_at_once(
        self, typed: str, number: str, shipped: Library
    ) -> None:
        """SAF-4: the message asks for a country, so its name is an answer, however it is put."""
        Player(shipped).open_flow("signs").send(CLEAR).send(typed).sees(number)

    @pytest.mark.parametrize("typed", ["no", "NO", "yes", "ok", "it hurts", "narnia", "2 of them"])
    def test_other_words_lead_nowhere(self, typed: str, shipped: Library) -> None:
        """Nothing else is taken for an answer, and nobody is put before the exercise again."""
        player = Player(shipped).open_flow("signs").tap("friend").send(CLEAR)
        before = dict(player.talk.answers)
        player.send(typed).sees("There is no hurry").does_not_see("more distance")
        assert before == player.talk.answers
        player.tap("carry-on").sees("more distance")

    def test_an_answer_typed_as_it_stands_is_one(self, shipped: Library) -> None:
        """After a false alarm, the words of a choice still choose it."""
        player = Player(shipped).open_flow("signs").tap("friend").send(CLEAR)
        player.send("Now and then")
        assert "now-and-then" in str(player.talk.answers) or "signs/apart" in player.talk.answers

    def test_a_plain_yes_is_safe(self, shipped: Library) -> None:
        """A yes to "are you safe right now?" is one."""
        player = Player(shipped).open_flow("signs")
        player.send("I used to cut myself when I was younger").sees("safe right now")
        player.send("yes").sees("If that changes").does_not_see("emergency")

    @pytest.mark.parametrize("locale", ["en", "es", "de"])
    def test_the_welcome_gives_the_lines_at_once(self, locale: str, shipped: Library) -> None:
        """Whoever taps "I need help now" has the lines before them, and can still begin."""
        player = Player(shipped, locale=locale).send("/start").tap("urgent")
        player.sees("findahelpline.com")
        player.tap("begin")
        assert "welcome/after-help" in player.talk.answers


class TestGentle:
    """A vague sign gets one caring question."""

    def test_one_question_with_lines_on_a_tap(self, shipped: Library) -> None:
        """The question comes alone; the lines are one tap away."""
        player = Player(shipped).open_flow("signs").send("my friend wants to kill herself")
        assert player.talk.panel is not None
        if player.talk.panel.name == "gentle":
            player.sees("safe").tap("lines")
        player.sees("local emergency number")

    def test_anything_but_a_yes_shows_the_lines(self, shipped: Library) -> None:
        """No, nothing, or any other word typed to the question brings the lines."""
        player = Player(shipped).open_flow("signs")
        player.talk.settings["welcomed"] = True
        player.send("I used to cut myself when I was younger")
        assert player.talk.panel is not None
        if player.talk.panel.name == "gentle":
            player.send("not really").sees("local emergency number")

    def test_after_a_yes_it_is_not_asked_again_at_once(self, shipped: Library) -> None:
        """Somebody who writes about the past is not asked the same thing with every line."""
        player = Player(shipped).open_flow("signs").send("I used to cut myself when I was younger")
        assert player.talk.panel is not None
        if player.talk.panel.name == "gentle":
            player.tap("safe").tap("carry-on")
            player.send("I used to cut myself when I was younger")
            assert None is player.talk.panel


class TestCalls:
    """`/crisis` and its words work in any state and with any content."""

    @pytest.mark.parametrize("typed", ["/crisis", "crisis", "SOS", "sos", "help now", "Help now!"])
    @pytest.mark.parametrize("state", STATES)
    def test_a_call_is_answered_everywhere(
        self, state: str, typed: str, small: Library, shipped: Library
    ) -> None:
        """SAF-5: every call brings the lines at once."""
        player = Player(shipped if state in NEEDS_THE_WELCOME else small)
        STATES[state](player).send(typed).sees("I am a program")

    def test_a_call_in_another_language_counts(self, shipped: Library) -> None:
        """SAF-5: a call in any language of the content is understood in all of them."""
        for house in shipped.houses.values():
            for word in house.commands["crisis"].words if "crisis" in house.commands else ():
                Player(shipped).open_flow("signs").send(word).sees("I am a program")

    @pytest.mark.parametrize("typed", ["/crisis", "sos", "help now", CLEAR])
    def test_broken_content_still_helps(self, typed: str, tmp_path: Path) -> None:
        """SAF-5: with no content at all there are the built-in words, and danger is recognised."""
        (tmp_path / "en").mkdir()
        player = Player(load_bare(tmp_path))
        player.send(typed).sees("I am a program").sees("emergency number")

    def test_broken_rules_still_help(self) -> None:
        """SAF-5: even with nothing readable the call is answered."""
        Player(bare()).send("sos").sees("I am a program")

    def test_broken_content_leaves_everybody_in_place(self, small: Library) -> None:
        """While content is broken, one sentence answers and nobody's place is touched."""
        player = Player(small).open_flow("tea").send("green")
        before = place(player.talk)
        player.library = bare()
        player.send("4").sees("Your place is kept")
        assert before == place(player.talk)
        player.library = small
        player.send("4").sees("Who would you drink it with?")

    def test_an_offered_choice_is_that_choice(self, shipped: Library) -> None:
        """Typing a choice word for word does what tapping it does."""
        tapped = Player(shipped).open_flow("safe-enough")
        typed = Player(shipped).open_flow("safe-enough")
        for choice in tapped.seen[-1].choices:
            one = take_turn(shipped, tapped.talk, Chose(choice.token), tapped.clock(), tapped.rng)
            other = take_turn(shipped, typed.talk, Said(choice.label), typed.clock(), typed.rng)
            assert place(one.conversation) == place(other.conversation)


def test_the_built_in_words_are_the_reviewed_ones(shipped: Library) -> None:
    """SAF-9: what is built in for the worst moment says the same as the English house words."""
    phrases = shipped.house("en").phrases
    assert {key: (words,) for key, words in BUILT_IN.items()} == {
        key: phrases[key] for key in BUILT_IN
    }
