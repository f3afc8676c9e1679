"""What replies become: calls, words and buttons, as pure functions."""

from __future__ import annotations

from itertools import chain, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.layout import FITS, ROWS, Button, keyboard
from adapters.telegram.outgoing import Act, Call, calls
from adapters.telegram.wording import MESSAGE_UNITS, Mark, Words, parts, units
from bot.flows.library import Library
from bot.flows.model import Choose, Pick
from bot.replies import Choice, File, Form, Manner, Picture, Reply, Span


def choices(*labels: str) -> tuple[Choice, ...]:
    """Make choices with made-up tokens."""
    return tuple(Choice(f"abcd.1.{n}", label) for n, label in enumerate(labels))


def rows(reply: Reply) -> list[list[str]]:
    """Give the labels of a reply's keyboard, row by row."""
    return [[button.label for button in row] for row in keyboard(reply).rows]


def test_lengths_count_utf16_units() -> None:
    """A letter beyond the basic plane counts twice, as Telegram counts it."""
    assert 5 == units("hello")
    assert 2 == units("é ")
    assert 4 == units("🙂🙂")


def test_emphasis_is_marked_by_position_in_utf16_units() -> None:
    """Emphasis becomes an entity counted in UTF-16 units, and the words stay as they are."""
    text = (Span("🙂 a <b> *c* "), Span("dé🙂", Manner.STRONG), Span(" <i>", Manner.OWN))
    assert (Words("🙂 a <b> *c* dé🙂 <i>", (Mark("bold", 13, 4),)),) == parts(text, MESSAGE_UNITS)


def test_times_carry_their_instant() -> None:
    """A time becomes an entity that the reader's phone draws in its own zone."""
    text = (Span("Until "), Span("Monday at 9", Manner.TIME, at=1777930000))
    expected = (Mark("date_time", 6, 11, 1777930000),)
    assert expected == parts(text, MESSAGE_UNITS)[0].marks


def test_long_texts_are_cut_at_paragraphs_else_sentences_else_words() -> None:
    """A long text is cut at the best place there is."""

    def cut(text: str, limit: int) -> list[str]:
        return [words.text for words in parts((Span(text),), limit)]

    assert ["one two.\nthree.", "four."] == cut("one two.\nthree.\n\nfour.", 18)
    assert ["First one. Second.", "Third one here."] == cut(
        "First one. Second. Third one here.", 24
    )
    assert ["aaaa bbbb", "cccc"] == cut("aaaa bbbb cccc", 11)
    assert ["aaaaa", "aaaaa"] == cut("a" * 10, 5)
    assert [] == cut(" \n ", 5)


@given(
    st.lists(
        st.tuples(st.text("ab .\n🙂é\u0301\u200d", max_size=60), st.sampled_from(list(Manner))),
        max_size=6,
    ),
    st.integers(4, 40),
)
def test_cutting_loses_and_adds_nothing(spans: list[tuple[str, Manner]], limit: int) -> None:
    """However a text is cut, every part fits, no word is lost, and entities stay inside."""
    text = tuple(Span(words, manner) for words, manner in spans)
    cut = parts(text, limit)
    whole = "".join(words for words, _ in spans)
    assert "".join(whole.split()) == "".join("".join(part.text.split()) for part in cut)
    for part in cut:
        assert 0 < units(part.text) <= limit
        assert part.text.strip() == part.text
        assert all(0 < m.length and m.offset + m.length <= units(part.text) for m in part.marks)


def test_long_choices_stand_one_below_the_other() -> None:
    """Long labels get a row each; the small ways share one."""
    reply = Reply(
        (Span("?"),),
        form=Form.LIST,
        choices=choices("Rarely or not at all", "Sometimes", "More than I'd like"),
        ways=choices("Skip", "Back", "Menu"),
    )
    expected = [["Rarely or not at all"], ["Sometimes"], ["More than I'd like"]]
    assert [*expected, ["Skip", "Back", "Menu"]] == rows(reply)


def test_two_short_choices_stand_side_by_side() -> None:
    """Yes and No need one row."""
    assert [["Yes", "No"]] == rows(Reply((), form=Form.LIST, choices=choices("Yes", "No")))


@pytest.mark.parametrize(
    ("low", "high", "widths"),
    [(1, 5, [5]), (1, 6, [6]), (1, 7, [4, 3]), (1, 10, [5, 5]), (0, 10, [6, 5])],
)
def test_scales_come_in_rows_a_thumb_can_hit(low: int, high: int, widths: list[int]) -> None:
    """Numbers stand in order, five or six in a row."""
    numbers = choices(*map(str, range(low, high + 1)))
    drawn = rows(Reply((), form=Form.SCALE, choices=numbers))
    assert widths == [len(row) for row in drawn]
    assert [str(n) for n in range(low, high + 1)] == list(chain.from_iterable(drawn))


def test_ticked_boxes_show_it_and_done_stands_below() -> None:
    """A ticked box has its tick, Done a row of its own, and no tick moves a button."""
    plain = choices("Numb", "Sad", "Tired", "Angry")
    ticked = (plain[0], Choice(plain[1].token, "Sad", chosen=True), *plain[2:])
    done = Choice("abcd.1.!done", "Done")
    reply = Reply((), form=Form.PICK, choices=ticked, done=done, ways=choices("Skip"))
    assert [["Numb", "✓ Sad"], ["Tired", "Angry"], ["Done"], ["Skip"]] == rows(reply)


def test_short_neighbours_share_a_row_where_there_are_many() -> None:
    """With more choices than rows, short neighbours share one, and the long ones keep theirs."""
    many = choices(
        "I wanted to be left alone", "Tired", "Ashamed", "They came too close too fast",
        "Afraid of what comes", "Bored", "I could not say what it was",
    )  # fmt: skip
    done = Choice("abcd.1.!done", "Done")
    reply = Reply((), form=Form.PICK, choices=many, done=done, ways=choices("Skip"))
    assert [
        ["I wanted to be left alone"],
        ["Tired", "Ashamed"],
        ["They came too close too fast"],
        ["Afraid of what comes"],
        ["Bored"],
        ["I could not say what it was"],
        ["Done"],
        ["Skip"],
    ] == rows(reply)


def test_shipped_questions_fit_a_phone(shipped: Library) -> None:
    """Every question of the content, in every language, fits a phone: its words stand on the
    buttons, or beside their numbers in the text."""
    for language, flow in product(shipped.languages, shipped.flows.values()):
        for step in flow.steps.values():
            if not isinstance(step.question, Choose | Pick):
                continue
            house = shipped.house(language)
            ways = choices(*(house.phrase(f"way-{name}") for name in ("skip", "back", "menu")))
            labels = shipped.words(language, flow.id, step.id).labels
            several = isinstance(step.question, Pick)
            reply = Reply(
                (Span("?"),),
                form=Form.PICK if several else Form.LIST,
                choices=choices(*(labels[key] for key in step.question.options)),
                done=Choice("d", house.phrase("way-done")) if several else None,
                ways=ways,
            )
            board = keyboard(reply)
            shown = [button.label for row in board.rows for button in row]
            wanted = [labels[key] for key in step.question.options]
            assert len(board.rows) <= ROWS, f"{language}/{flow.id}/{step.id}"
            assert wanted in (shown[: len(wanted)], list(board.spelled_out))


@given(
    st.integers(1, 25),
    st.integers(1, 80),
    st.integers(1, 4),
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from([Form.LIST, Form.PICK]),
)
def test_every_keyboard_fits_a_phone(
    count: int, letters: int, every: int, ways: int, done: bool, form: Form
) -> None:
    """Any keyboard has at most eight rows, labels that fit, and every token once."""
    labels = [f"{n:x}" * (letters if n % every == 0 else 5) for n in range(count)]
    reply = Reply(
        (Span("?"),),
        form=form,
        choices=tuple(Choice(f"t{n}", label[:letters]) for n, label in enumerate(labels)),
        ways=tuple(Choice(f"w{n}", "Way") for n in range(ways)),
        done=Choice("d", "Done") if done else None,
    )
    board = keyboard(reply)
    tokens = [button.token for row in board.rows for button in row]
    assert len(board.rows) <= ROWS
    assert all(len(button.label) <= FITS[len(row)] for row in board.rows for button in row)
    assert len(tokens) == len(set(tokens)) == count + ways + done


def test_labels_too_long_for_a_button_are_spelled_out_in_the_text() -> None:
    """Nothing is lost where a button cannot hold it: the text says it, by number."""
    long = "Whenever somebody asks me how I really am and means it"
    reply = Reply((Span("Which?"),), form=Form.LIST, choices=choices(long, "Never"))
    (call,) = calls(reply, None)
    assert f"Which?\n\n1. {long}\n2. Never" == call.words.text
    assert ["1. Whenever somebody asks me how I…"] == [call.rows[0][0].label]


def test_a_scale_says_what_its_ends_mean() -> None:
    """The words at both ends of a scale stand in the text, where a screen reader finds them."""
    reply = Reply(
        (Span("How open?"),),
        form=Form.SCALE,
        choices=choices("1", "2", "3"),
        ends=("shut tight", "wide open"),
    )
    assert "How open?\n\n1: shut tight\n3: wide open" == calls(reply, None)[0].words.text


def test_a_plain_reply_is_one_message() -> None:
    """A few words are one message without buttons."""
    assert (Call(Act.SEND, Words("Hello")),) == calls(Reply((Span("Hello"),)), None)


def test_buttons_stand_under_the_last_part() -> None:
    """A long question has its buttons where the reading ends."""
    reply = Reply((Span("a. " * 2000),), ways=choices("Menu"))
    drawn = calls(reply, None)
    assert 2 == len(drawn)
    assert () == drawn[0].rows
    assert ((Button("Menu", "abcd.1.0"),),) == drawn[1].rows


def test_a_closing_shows_what_was_chosen_and_has_no_buttons() -> None:
    """A closed question is edited to show its answer, without buttons."""
    reply = Reply((Span("How often?"),), edits=4, answer="Mostly")
    expected = Words("How often?\n\n→ Mostly", (Mark("bold", 14, 6),))
    assert (Call(Act.EDIT, expected, message=12),) == calls(reply, "12")
    assert (Call(Act.CAPTION, expected, message=12),) == calls(reply, "12m")


def test_a_closing_without_words_only_takes_the_buttons_off() -> None:
    """Where there are no words to show, the message stays and its buttons go."""
    assert (Call(Act.CLEAR, message=12),) == calls(Reply((), edits=4), "12")


def test_a_closing_whose_message_is_unknown_is_left_out() -> None:
    """Nothing is sent for the closing of a message that is not known."""
    assert () == calls(Reply((Span("?"),), edits=4, answer="Mostly"), None)


def test_a_redrawing_edits_or_is_sent_anew() -> None:
    """A toggled question is edited in place; without its message it comes anew."""
    reply = Reply((Span("Which?"),), form=Form.PICK, choices=choices("Sad"), edits=4)
    assert (Act.EDIT, 12) == (calls(reply, "12")[0].act, calls(reply, "12")[0].message)
    assert Act.SEND is calls(reply, None)[0].act


def test_a_picture_carries_the_words_as_its_caption() -> None:
    """Picture and words are one message if the words fit, else the picture is named and leads."""
    picture = Picture("door.png", "A door, slightly open")
    short = Reply((Span("Look."),), picture=picture, ways=choices("Menu"))
    (call,) = calls(short, None)
    assert (Act.PICTURE, "Look.", 1) == (call.act, call.words.text, len(call.rows))
    long = Reply((Span("word " * 300),), picture=picture, ways=choices("Menu"))
    first, second = calls(long, None)
    assert (Act.PICTURE, "A door, slightly open", ()) == (first.act, first.words.text, first.rows)
    assert (Act.SEND, 1) == (second.act, len(second.rows))


def test_a_file_carries_the_words_as_its_caption() -> None:
    """A file comes with its words."""
    file = File("notes.txt", "body")
    (call,) = calls(Reply((Span("Your notes."),), file=file), None)
    assert (Act.FILE, "Your notes.", file) == (call.act, call.words.text, call.file)


def test_buttons_without_words_get_a_mark() -> None:
    """Telegram sends no empty message, so buttons alone hang on a mark."""
    (call,) = calls(Reply((), ways=choices("Menu")), None)
    assert "…" == call.words.text


def test_an_empty_reply_is_nothing() -> None:
    """Without words and buttons there is nothing to send."""
    assert () == calls(Reply(()), None)
