"""A conversation as a person lives it: answering, going back, changing, leaving, returning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.conversation import Consent
from bot.engine.effects import Keep, SetTimer, Withdraw
from bot.events import Chose, Said
from bot.flows.library import Library
from bot.ports import Verdict
from bot.testing import Player


@pytest.fixture
def player(small: Library) -> Player:
    player = Player(small)
    player.talk.consent = Consent("words", "1", 0)
    return player.open_flow("tea")


def value(player: Player, name: str) -> object:
    return player.talk.answers[name].value


class TestAnswering:
    """What is typed or tapped becomes the answer of the question that was asked."""

    @pytest.mark.parametrize(
        "typed", ["2", "Black, with milk", "black", "BLACK WITH MILK", "blakc", "Bläck 🙂"]
    )
    def test_a_choice_is_understood(self, player: Player, typed: str) -> None:
        """Number, shown words, stored word, case, accents, emoji and a slip all work."""
        player.send(typed)
        assert "black" == value(player, "tea/kind")
        player.sees("What goes into it?")

    def test_synonyms_count(self, player: Player) -> None:
        """Words listed under `also understand` mean their choice."""
        player.send("neither")
        assert "none" == value(player, "tea/kind")
        player.sees("Water is fine")

    def test_an_unclear_answer_is_asked_again_in_the_writers_words(self, player: Player) -> None:
        """What is not understood consumes nothing and is asked again."""
        player.send("perhaps").sees("Green, black, or none?")
        assert "tea/kind" not in player.talk.answers
        player.tap("Green").sees("How warm")

    def test_a_second_miss_shows_the_ways_out(self, player: Player) -> None:
        """Whoever cannot match twice is offered to skip or stop, not the numbers once more."""
        player.send("perhaps").send("i'm so tired").sees("skip this one").tap("Skip")
        player.sees("How warm").send("no idea").does_not_see("skip this one")

    def test_thanks_are_answered_and_the_question_stays(self, player: Player) -> None:
        """A thank-you is no answer and no mistake."""
        player.send("thank you").sees("You're welcome").send("green").sees("How warm")

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("1, 3", ("sugar", "milk")),
            ("2 1", ("sugar", "lemon")),
            ("sugar and lemon", ("sugar", "lemon")),
            ("Lemon", ("lemon",)),
        ],
    )
    def test_several_are_understood(
        self, player: Player, typed: str, stored: tuple[str, ...]
    ) -> None:
        """A list of numbers or words answers a `pick`, stored in the order offered."""
        player.send("black").send(typed)
        assert stored == value(player, "tea/extras")

    def test_too_many_are_refused_kindly(self, player: Player) -> None:
        """More than `at most` is asked again, with the number that fits."""
        player.send("black").send("1 2 3").sees("At most 2")
        assert "tea/extras" not in player.talk.answers

    def test_boxes_are_ticked_and_finished(self, player: Player) -> None:
        """Taps tick and untick, a double tap is one tick, and done takes what is ticked."""
        player.send("black").tap("+sugar")
        first = player.seen[-1]
        assert first.edits == player.talk.stack[-1].asked
        player.happens(Chose(player.history[-2].choices[0].token))
        assert ["sugar"] == player.talk.stack[-1].picked
        player.tap("+lemon").tap("-sugar").tap("That's all of them")
        assert ("lemon",) == value(player, "tea/extras")

    def test_done_can_be_typed(self, player: Player) -> None:
        """With boxes ticked, the word finishes the question; with none it asks again."""
        player.send("black").send("done").sees("not sure").tap("+milk").send("Done.")
        assert ("milk",) == value(player, "tea/extras")

    def test_a_selection_from_another_turn_is_not_mixed_in(self, player: Player) -> None:
        """Tokens of an older drawing count for nothing among those of today."""
        player.send("black")
        old = player.seen[-1].choices[0].token
        player.send("what").happens(Chose("", (player.seen[-1].choices[1].token, old)))
        assert ("lemon",) == value(player, "tea/extras")

    def test_a_native_selection_is_one_answer(self, player: Player) -> None:
        """Several tokens sent together are the whole answer."""
        player.send("black")
        tokens = tuple(choice.token for choice in player.seen[-1].choices[1:])
        player.happens(Chose("", tokens))
        assert ("lemon", "milk") == value(player, "tea/extras")

    @pytest.mark.parametrize(("typed", "stored"), [("4", 4), ("4/5", None), ("hot", 5), ("a 3", 3)])
    def test_a_scale_takes_its_numbers_and_end_words(
        self, player: Player, typed: str, stored: int | None
    ) -> None:
        """One number within the ends, or the words at an end, answer a scale."""
        player.send("green").send(typed)
        held = player.talk.answers.get("tea/warmth")
        assert stored == (held.value if held else None)

    def test_words_that_are_too_long_are_not_cut(self, player: Player) -> None:
        """A text over the length is asked for again with both numbers; nothing is stored."""
        player.send("green").send("4").send("x" * 61).sees("61").sees("60")
        assert "tea/note" not in player.talk.answers

    def test_an_answer_beats_a_command_word(self, small: Library) -> None:
        """Where a choice's word is also a house word, the open question wins."""
        player = Player(small).open_flow("tea")
        player.send("list").sees("What would you like to look at?")
        player.tap("Carry on where I was").sees("Which kind of tea?")

    def test_a_closed_question_shows_what_was_chosen(self, player: Player) -> None:
        """The answered question is closed with the chosen words."""
        asked = player.talk.stack[-1].asked
        player.send("1")
        closing = next(reply for reply in player.seen if reply.closes)
        assert (asked, "Green") == (closing.edits, closing.answer)


class TestStale:
    """A button of a question that has moved on is answered, never consumed."""

    def test_a_double_tap_changes_nothing(self, player: Player) -> None:
        """The second press of an answered question only gives a notice."""
        token = player.seen[-1].choices[0].token
        player.happens(Chose(token)).happens(Chose(token))
        assert (Verdict.STALE, "That question has moved on.") == (
            player.last.verdict,
            player.last.notice,
        )
        assert "tea/warmth" not in player.talk.answers
        assert [] == player.seen

    def test_an_old_button_brings_the_current_question(self, player: Player) -> None:
        """Pressed much later, an old button shows where we are now."""
        token = player.seen[-1].choices[0].token
        player.happens(Chose(token)).wait(timedelta(hours=1)).happens(Chose(token))
        assert Verdict.STALE is player.last.verdict
        player.sees("How warm")

    @pytest.mark.parametrize("token", ["", "x", "....", "abcd.0.green", "💥.1.green", "a" * 64])
    def test_forged_tokens_do_nothing(self, player: Player, token: str) -> None:
        """Anything that is not a token of this conversation is stale."""
        player.happens(Chose(token))
        assert Verdict.STALE is player.last.verdict
        assert {} == player.talk.answers

    def test_words_tied_to_an_older_question_are_not_taken(self, player: Player) -> None:
        """A modal's words belong to the turn it was opened in, or to none."""
        old = player.seen[-1].choices[0].token
        player.send("green").send("3").happens(Said("Ana", old))
        assert "tea/note" not in player.talk.answers
        assert Verdict.STALE is player.last.verdict


class TestGoingBack:
    """`back` undoes one answer; `change` keeps every later one that still fits."""

    def test_back_undoes_the_last_answer(self, player: Player) -> None:
        """The question is asked again and its answer withdrawn."""
        player.send("green").send("4").send("/back").sees("How warm")
        assert "tea/warmth" not in player.talk.answers
        assert any(isinstance(effect, Withdraw) for effect in player.last.effects)
        player.send("/back").sees("Which kind").send("/back").sees("as far back as it goes")

    def test_back_returns_from_a_visited_flow(self, player: Player) -> None:
        """The last answer before a visit is undone from inside the visited flow."""
        player.send("green").send("4").send("Ana").sees("A biscuit").send("/back")
        player.sees("Who would you drink it with?")
        assert ["tea"] == [frame.flow for frame in player.talk.stack]

    def test_a_change_keeps_later_answers_on_the_path(self, player: Player) -> None:
        """Changing green to black asks only for the extras; warmth and name stay."""
        player.send("green").send("4").send("Ana").send("/back").send("/change")
        player.tap("at-0").sees("Which kind").tap("Black, with milk").sees("What goes into it?")
        player.does_not_see("How warm").send("1").sees("Who would you drink it with?")
        assert 4 == value(player, "tea/warmth")
        assert ["kind", "extras", "warmth"] == [a.step for a in player.talk.stack[-1].path]

    def test_a_change_sets_aside_what_leaves_the_path(self, player: Player) -> None:
        """An answer off the new path no longer counts, and is withdrawn from the notebook."""
        player.send("black").send("1").send("5").send("/change").tap("at-0").tap("No tea at all")
        player.sees("Water is fine")
        assert {"tea/kind"} == set(player.talk.answers)
        withdrawn = {e.step for e in player.effects if isinstance(e, Withdraw)}
        assert {"kind", "extras", "warmth"} == withdrawn

    def test_a_change_can_be_left_as_it_was(self, player: Player) -> None:
        """Leaving the answer as it was brings everything back."""
        player.send("black").send("1").send("5").send("/change").tap("at-0")
        player.tap("Leave it as it was").sees("Who would you drink it with?")
        assert ("black", ("sugar",), 5) == tuple(
            value(player, f"tea/{step}") for step in ("kind", "extras", "warmth")
        )

    def test_a_visit_is_not_repeated_after_a_change(self, player: Player) -> None:
        """A flow that was visited on the way is not gone into again."""
        player.send("green").send("4").send("Ana").send("1").sees("Enjoy it")
        kept = [e for e in player.effects if isinstance(e, Keep)]
        assert ["kind", "warmth", "note", "want"] == [keep.step for keep in kept]


class TestLeavingAndReturning:
    """Anything can be interrupted, and every digression ends where it began."""

    def test_a_flow_opened_in_between_offers_to_carry_on(self, player: Player) -> None:
        """After the other flow the first one is still there."""
        player.send("/start walk").sees("How far").send("1").sees("A cup of tea")
        player.tap("Carry on where I was").sees("Which kind of tea?")
        player.send("green").sees("How warm")

    def test_a_flow_in_progress_is_not_opened_twice(self, player: Player) -> None:
        """Opening a flow again brings the one in progress to the top."""
        player.send("green").send("/start walk").send("/start tea").sees("How warm")
        assert ["walk", "tea"] == [frame.flow for frame in player.talk.stack]

    def test_the_question_below_a_panel_can_still_be_tapped(self, player: Player) -> None:
        """The open question's own buttons go on working under the menu."""
        token = player.seen[-1].choices[0].token
        player.send("/menu").happens(Chose(token)).sees("How warm")
        assert None is player.talk.panel

    def test_words_after_help_answer_the_question(self, player: Player) -> None:
        """Help only informs: the next words are an answer."""
        player.send("/help").send("green").sees("How warm")

    def test_words_after_the_menu_are_never_filed_as_private_words(self, player: Player) -> None:
        """With the menu open, words for a free-text question are asked for again, not guessed."""
        player.send("green").send("4").send("/menu").send("Ana").sees("Who would you drink")
        assert "tea/note" not in player.talk.answers

    def test_skipping_is_an_answer(self, player: Player) -> None:
        """A skipped question goes on and is marked as skipped."""
        player.tap("Skip").sees("How warm")
        assert player.talk.answers["tea/kind"].skipped

    def test_skip_works_by_typing_in_a_free_text_question(self, player: Player) -> None:
        """The bare word leaves a question that any other words would answer."""
        player.send("green").send("4").send("skip").sees("Somebody, then.")

    def test_a_farewell_gets_one_line_and_no_question(self, player: Player) -> None:
        """After goodbye there is one short reply without a question or a button."""
        player.send("good night")
        assert 1 == len(player.seen)
        assert "?" not in player.text()
        assert [] == player.labels()

    def test_after_weeks_nobody_counts_the_days(self, player: Player) -> None:
        """Coming back after weeks greets, and offers to carry on."""
        player.wait(timedelta(days=30)).send("/here").sees("Good to see you")
        player.does_not_see("30").tap("Carry on where I was").sees("Which kind of tea?")


class TestOverTime:
    """Check-ins, variants and visit counts."""

    def test_a_check_in_comes_in_the_evening_two_days_later(self, player: Player) -> None:
        """`in 2 days in the evening` is 19:00 of that local date, and asks its step."""
        player.at_home().send("green").send("4").send("Ana").send("2")
        timer = next(e for e in player.effects if isinstance(e, SetTimer))
        assert ("tea/was-it", "2026-03-04T19:00:00+00:00") == (
            timer.subject,
            timer.due.isoformat(),
        )
        player.wait(timedelta(days=3)).sees("Did the tea happen?").send("1")
        assert "it-did" == value(player, "tea/was-it")

    def test_the_variant_heard_longest_ago_is_used(self, small: Library) -> None:
        """A step with two wordings alternates between them."""
        player = Player(small).open_flow("tea").sees("Shall we")
        for typed in ("green", "4", "skip", "1"):
            player.send(typed)
        player.send("/start tea").sees("Here again, then.")
        assert 2 == player.talk.visits["tea/hello"]
