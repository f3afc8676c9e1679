"""Consent, notes, export and erase, as far as they are the conversation's own doing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.engine.conversation import save
from bot.engine.effects import CancelTimers, EraseEverything, Forget, Keep, Look, Row
from bot.engine.notebook import answer
from bot.flows.library import Library
from bot.ports import DELETABLE
from bot.testing import Player

SECRET = "my sister Ines"


def with_consent(library: Library, keep: str) -> Player:
    player = Player(library).open_flow("tea")
    return player.send("/privacy").tap(f"keep-{keep}")


def to_the_note(player: Player) -> Player:
    return player.send("green").send("4").sees("Who would you drink it with?")


def kept(player: Player) -> list[tuple[str, str]]:
    return [(e.kind, e.step) for e in player.effects if isinstance(e, Keep)]


def look(player: Player, rows: list[Row], everything: dict[str, object] | None = None) -> Player:
    """Do what the store does with a `Look`: answer it with the rows."""
    wanted = next(e for e in player.last.effects if isinstance(e, Look))
    turn = answer(player.library, player.last, wanted, rows, player.clock(), everything)
    player.last, player.talk, player.seen = turn, turn.conversation, list(turn.replies)
    player.history += turn.replies
    return player


ROWS = [
    Row("r1", "words", "tea", "note", 3, 1_770_000_000, SECRET, SECRET),
    Row("r2", "tap", "tea", "kind", 2, 1_769_000_000, "green", "Green"),
]


class TestConsent:
    """Nothing is kept before it is allowed, and no more than is allowed."""

    def test_nothing_is_kept_without_an_answer(self, small: Library) -> None:
        """PRV-1: before consent no answer goes into the notebook, and words are not held."""
        player = to_the_note(Player(small).open_flow("tea")).send(SECRET)
        assert [] == kept(player)
        assert SECRET not in save(player.talk).decode()

    def test_words_are_kept_when_allowed(self, small: Library) -> None:
        """PRV-1: with full consent taps and words go into the notebook."""
        player = to_the_note(with_consent(small, "words")).send(SECRET)
        assert [("tap", "kind"), ("tap", "warmth"), ("words", "note")] == kept(player)

    def test_taps_alone_leave_no_words(self, small: Library) -> None:
        """PRV-2: in choice-only mode typed words are echoed once and kept nowhere."""
        player = to_the_note(with_consent(small, "taps")).sees("I won't keep the words")
        player.send(SECRET).sees(f"{SECRET}, then.")
        assert [("tap", "kind"), ("tap", "warmth")] == kept(player)
        assert SECRET not in save(player.talk).decode()

    @pytest.mark.parametrize("keep", ["words", "taps", "place"])
    def test_every_mode_completes_a_flow(self, small: Library, keep: str) -> None:
        """PRV-2: whatever is kept, the whole flow can be walked."""
        player = to_the_note(with_consent(small, keep)).send(SECRET).send("1")
        player.sees("Enjoy it while it is warm.")

    def test_place_only_forgets_at_the_end(self, small: Library) -> None:
        """PRV-2: with nothing but the place, answers are gone once the flow has ended."""
        player = to_the_note(with_consent(small, "place")).send(SECRET).send("1")
        assert {} == player.talk.answers
        assert [] == kept(player)

    @pytest.mark.parametrize(("keep", "forgotten"), [("taps", "words"), ("place", "all")])
    def test_keeping_less_lets_go_at_once(self, small: Library, keep: str, forgotten: str) -> None:
        """PRV-1: consent can be withdrawn at any time, with effect on what is there."""
        player = to_the_note(with_consent(small, "words")).send(SECRET)
        player.send("/privacy").tap(f"keep-{keep}")
        assert Forget(forgotten) in player.last.effects
        assert SECRET not in save(player.talk).decode()

    def test_consent_is_recorded_with_version_and_time(self, small: Library) -> None:
        """PRV-1: the record says what was agreed to, and when."""
        consent = with_consent(small, "taps").talk.consent
        assert consent is not None
        assert ("taps", "1", 1772478000) == (consent.keep, consent.version, consent.at)

    def test_the_welcome_asks_for_it(self, shipped: Library) -> None:
        """PRV-1: the first conversation asks before the first question of a flow."""
        player = Player(shipped).send("/start").tap("begin").sees("What may I keep?")
        player.tap("taps")
        assert player.talk.consent is not None
        assert "taps" == player.talk.consent.keep


class TestNotes:
    """A person reads, searches, deletes and takes along their own words."""

    def test_notes_show_words_by_date_and_flow(self, small: Library) -> None:
        """The newest come first, under their date and title."""
        player = look(with_consent(small, "words").send("/notes"), ROWS)
        player.sees(SECRET).sees("2026-02-02 · A cup of tea").sees("Green")

    def test_typed_words_search(self, small: Library) -> None:
        """Any word typed at the notes searches them; nothing found is said plainly."""
        player = look(with_consent(small, "words").send("/notes"), ROWS)
        look(player.send("INES"), ROWS).sees(SECRET).does_not_see("2026-01-21")
        look(player.send("walrus"), ROWS).sees("found nothing")

    def test_an_answer_stands_beside_what_was_asked(self, small: Library) -> None:
        """A list of notes, a sheet and a copy all say which question the words answer."""
        player = look(with_consent(small, "words").send("/notes"), ROWS)
        player.sees("Who would you drink it with?")
        look(player.send("/export"), ROWS)
        bodies = [reply.file.body for reply in player.seen if reply.file]
        assert "Who would you drink it with?" in bodies[0]

    def test_a_question_that_is_gone_is_left_out(self, small: Library) -> None:
        """Words whose step no longer exists are still shown, by themselves."""
        rows = [Row("x", "words", "tea", "no-such-step", 1, 1, SECRET, SECRET)]
        look(with_consent(small, "words").send("/notes"), rows).sees(SECRET)

    def test_one_note_is_deleted(self, small: Library) -> None:
        """A single row can go, and is gone from the page at once."""
        player = look(with_consent(small, "words").send("/notes"), ROWS)
        look(player.tap("row-r1"), ROWS).sees(SECRET)
        look(player.tap("delete-note"), ROWS).does_not_see(SECRET)

    def test_a_deleted_note_is_gone_from_the_conversation_too(self, small: Library) -> None:
        """The words of a note that is deleted cannot be echoed any more."""
        player = to_the_note(with_consent(small, "words")).send(SECRET)
        (words,) = (e for e in player.last.effects if isinstance(e, Keep))
        row = Row("r1", words.kind, words.flow, words.step, words.turn, words.at, SECRET, SECRET)
        assert SECRET in save(player.talk).decode()
        player = look(look(player.send("/notes"), [row]).tap("row-r1"), [row])
        look(player.tap("delete-note"), [row])
        assert SECRET not in save(player.talk).decode()
        assert Forget("r1") in player.last.effects

    def test_long_lists_are_paged(self, small: Library) -> None:
        """Twelve notes are three pages."""
        rows = [
            Row(f"n{i}", "words", "tea", "note", i, i, f"word{i}", f"word{i}") for i in range(12)
        ]
        player = look(with_consent(small, "words").send("/notes"), rows).sees("word11")
        look(player.tap("older"), rows).sees("word6").does_not_see("word11")
        look(player.tap("older"), rows).sees("word0")

    def test_a_sheet_holds_only_the_chosen_lines(self, small: Library) -> None:
        """Line by line: what is not ticked is not on the sheet."""
        player = look(with_consent(small, "words").send("/notes"), ROWS)
        look(player.tap("sheet"), ROWS)
        look(player.tap("+r1"), ROWS)
        look(player.tap("made"), ROWS)
        page = player.seen[-1].file
        assert page is not None
        assert SECRET in page.body
        assert "Green" not in page.body

    def test_markup_in_words_is_only_words(self, small: Library) -> None:
        """A page escapes whatever somebody typed."""
        rows = [Row("x", "words", "tea", "note", 1, 1, "<script>", "<script>")]
        player = look(with_consent(small, "words").send("/export"), rows, {})
        bodies = [reply.file.body for reply in player.seen if reply.file]
        assert "<script>" not in bodies[0]

    def test_an_export_has_a_page_and_the_data(self, small: Library) -> None:
        """PRV-3: readable HTML, and JSON with every stored field."""
        player = look(with_consent(small, "words").send("/export"), ROWS, {"persons": [{"a": 1}]})
        files = {reply.file.name: reply.file.body for reply in player.seen if reply.file}
        assert SECRET in files["ajar-export.html"]
        assert {"persons": [{"a": 1}]} == json.loads(files["ajar-export.json"])

    def test_a_pin_phrase_stands_before_the_notes(self, small: Library) -> None:
        """PRV-14: with a PIN phrase set, notes open only with it, and shut after five misses."""
        player = with_consent(small, "words").send("/notes pin grey heron").sees("ask for this")
        assert "heron" not in save(player.talk).decode()
        player.send("/notes").send("grey goose").sees("not the phrase")
        look(player.send("Grey heron"), ROWS).sees(SECRET)
        player.send("/notes")
        for _ in range(5):
            player.send("wrong")
        player.send("grey heron").sees("until tomorrow")
        player.wait(timedelta(days=2)).send("/notes")
        look(player.send("grey heron"), ROWS).sees(SECRET)

    def test_the_pin_phrase_stands_before_the_export_as_well(self, small: Library) -> None:
        """PRV-14: a borrowed phone cannot take along what it cannot read."""
        player = with_consent(small, "words").send("/notes pin grey heron").send("/export")
        assert [] == [each for each in player.last.effects if isinstance(each, Look)]
        player.sees("PIN phrase").send("grey heron")
        assert [Look("export")] == [e for e in player.last.effects if isinstance(e, Look)]

    def test_a_pin_phrase_is_changed_by_whoever_knows_it(self, small: Library) -> None:
        """PRV-14: neither taken away nor changed without the old one."""
        player = with_consent(small, "words").send("/notes pin grey heron")
        for wish in ("off", "white swan"):
            player.send(f"/notes pin {wish}").sees("PIN phrase").send("white swan")
            player.sees("not the phrase").send("/menu")
        player.send("/notes pin white swan").send("grey heron").sees("ask for this phrase")
        assert "swan" not in save(player.talk).decode()
        player.send("/notes pin off").send("white swan").sees("without a phrase")
        assert [Look("export")] == list(player.send("/export").last.effects)


class TestErase:
    """Two clear steps, both typable; then everything goes."""

    def test_erase_takes_two_steps(self, small: Library) -> None:
        """PRV-4: one tap is never enough."""
        player = with_consent(small, "words").send("/erase").tap("erase-yes")
        assert EraseEverything() not in player.effects
        player.tap("erase-really").sees("is gone")
        assert [CancelTimers(), EraseEverything()] == list(player.last.effects)

    def test_both_steps_can_be_typed(self, small: Library) -> None:
        """PRV-4: the words of the buttons do the same."""
        player = with_consent(small, "words").send("/erase")
        player.send("delete everything").send("yes, erase it all")
        assert EraseEverything() in player.last.effects

    def test_leaving_it_keeps_everything(self, small: Library) -> None:
        """A no at either step changes nothing and leads back to the question."""
        for steps in (["erase-no"], ["erase-yes", "erase-no"]):
            player = with_consent(small, "words").send("/erase")
            for step in steps:
                player.tap(step)
            player.sees("stays as it is").sees("Which kind of tea?")
            assert EraseEverything() not in player.effects

    def test_it_says_what_remains(self, small: Library) -> None:
        """PRV-7: at the end the platform's own copy is named, with what can be done about it."""
        for platform, words in (
            ("telegram", "Telegram keeps the messages of this chat"),
            ("discord", "Discord keeps the messages of this conversation"),
            ("terminal", "What stands on this screen stays"),
            ("elsewhere", "What stands in this app stays there"),
        ):
            player = Player(small, platform=platform).open_flow("tea").send("/erase")
            player.tap("erase-yes").tap("erase-really").sees("is gone").sees(words)

    @pytest.mark.parametrize("platform", DELETABLE)
    def test_deleting_our_messages_is_offered(self, small: Library, platform: str) -> None:
        """PRV-7: where a platform lets us, the second step also offers to delete what we wrote, and
        says how far that reaches."""
        player = Player(small, platform=platform).open_flow("tea").send("/erase").tap("erase-yes")
        player.sees("I can delete what I wrote here").tap("erase-messages")
        player.sees("are being deleted now").sees("under its own terms")
        assert [CancelTimers(), EraseEverything(messages=True)] == list(player.last.effects)

    def test_it_is_not_offered_where_it_cannot_be_done(self, small: Library) -> None:
        """PRV-7: nothing is promised that a platform does not do."""
        player = Player(small).open_flow("tea").send("/erase").tap("erase-yes")
        assert ["erase-really", "erase-no"] == [
            choice.token.split(".", 2)[2] for choice in player.seen[-1].choices
        ]


class TestAskedTwice:
    """What is typed to the two questions before an erase."""

    def test_a_bare_yes_erases(self, small: Library) -> None:
        """PRV-6: a yes is a yes, at either step."""
        player = Player(small).open_flow("tea").send("/erase").send("yes").sees("Once more")
        player.send("Yes")
        assert EraseEverything(messages=False) in player.last.effects

    def test_a_bare_no_leaves_everything(self, small: Library) -> None:
        """PRV-6: a no is heard as one, and is no answer to the question below."""
        player = Player(small).open_flow("tea").send("/erase").tap("erase-yes").send("no")
        player.sees("stays as it is")
        assert {} == player.talk.answers

    @pytest.mark.parametrize("typed", ["do it", "hm", "7", "green tea perhaps"])
    def test_other_words_are_asked_again(self, typed: str, small: Library) -> None:
        """PRV-6: neither erased nor silently gone on."""
        player = Player(small).open_flow("tea").send("/erase").tap("erase-yes").send(typed)
        player.sees("Once more")
        assert EraseEverything(messages=False) not in player.last.effects
        assert {} == player.talk.answers
