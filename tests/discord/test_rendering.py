"""How a reply looks on Discord; pure."""

from __future__ import annotations

import re

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import client, commands, components, custom_ids, markup, outgoing
from adapters.discord.outgoing import Words
from bot.errors import Rejected
from bot.ports import Phrases
from bot.replies import Choice, File, Form, Manner, Reply, Span

from .described import request_problem
from .world import check_message

WORDS = Words("Write here", "Choose")
MESSAGES = "/channels/1/messages"


def choices(count: int, label: str = "Label") -> tuple[Choice, ...]:
    return tuple(Choice(f"abcd.1.k{number}", f"{label} {number}") for number in range(count))


def payload(reply: Reply) -> outgoing.Payload:
    return outgoing.draw(reply, WORDS)[-1].payload


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _it_ ~~no~~ `code`", r"\*bold\* \_it\_ \~\~no\~\~ \`code\`"),
        ("||hidden||", r"\|\|hidden\|\|"),
        ("# heading", r"\# heading"),
        ("-# small", r"\-# small"),
        ("- a\n+ b\n12. c\n3) d", "\\- a\n\\+ b\n12\\. c\n3\\) d"),
        ("> quoted", r"\> quoted"),
        ("<@123> <#1> <t:1:R> <:a:1>", r"\<@123\> \<#1\> \<t:1:R\> \<:a:1\>"),
        ("@everyone @here", "@\u200beveryone @\u200bhere"),
        ("[text](https://x.y/a_b)", r"\[text\](https://x.y/a_b)".replace("(h", r"\(h")),
        ("https://x.y/a_b*c", "https://x.y/a_b*c"),
        ("\\*", r"\\\*"),
        ("a - b, 1.5 and #1", "a - b, 1.5 and #1"),
    ],
)
def test_words_show_as_they_are_written(written: str, shown: str) -> None:
    """Nothing a person writes is read as markdown, a mention, a time or a masked link."""
    assert [shown] == markup.pages((Span(written, Manner.OWN),))


def test_strong_words_and_times() -> None:
    """Strong words are bold with their spaces outside; times show in the reader's own zone."""
    text = (Span("Now "), Span(" this ", Manner.STRONG), Span("at "), Span("8", Manner.TIME, 99))

    assert ["Now  **this** at <t:99:f>"] == markup.pages(text)


def test_a_mark_in_the_middle_of_a_line_stays_plain() -> None:
    """A span that goes on in a line does not begin one."""
    assert ["**Note** - this"] == markup.pages((Span("Note", Manner.STRONG), Span(" - this")))


TEXTS = st.lists(
    st.builds(
        Span,
        st.text(alphabet=st.sampled_from("ab *_`\n.🙂<@#-1)"), max_size=900),
        st.sampled_from([Manner.PLAIN, Manner.STRONG, Manner.OWN]),
    ),
    max_size=8,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_parts_fit_and_lose_nothing(text: tuple[Span, ...]) -> None:
    """Whatever the text: every part fits, none is empty, and every visible character is there in
    order."""
    parts = markup.pages(text)
    visible = re.sub(r"[\s\\*\u200b]", "", "".join(parts))

    assert all(0 < markup.size(part) <= 2000 for part in parts)
    assert re.sub(r"[\s\\*]", "", "".join(span.text for span in text)) == visible


def test_parts_end_where_a_reader_would_pause() -> None:
    """A long text is cut between its paragraphs."""
    paragraph = "Words and words. " * 40
    parts = markup.pages((Span("\n\n".join([paragraph.strip()] * 6)),))

    assert all(part.endswith("words.") for part in parts)
    assert len(parts) > 1


@settings(max_examples=80, deadline=None)
@given(
    form=st.sampled_from([Form.LIST, Form.SCALE, Form.PICK]),
    count=st.integers(1, 25),
    label=st.sampled_from(["Yes", "x" * 39, "x" * 120]),
    ways=st.integers(0, 5),
    ticked=st.integers(0, 3),
)
def test_every_question_is_a_message_discord_takes(
    form: Form, count: int, label: str, ways: int, ticked: int
) -> None:
    """Up to 25 choices of any length, with ways beneath, make a message within every limit, and
    each choice can be used."""
    offered = tuple(
        Choice(c.token, c.label, chosen=number < ticked)
        for number, c in enumerate(choices(count, label))
    )
    reply = Reply(
        (Span("Which?"),),
        form=form,
        choices=offered,
        ways=tuple(Choice(f"abcd.1.!w{n}", f"Way {n}") for n in range(ways)),
        done=Choice("abcd.1.!done", "Done") if form is Form.PICK else None,
        at_least=1,
        at_most=3,
        ends=("not at all", "very much") if form is Form.SCALE else ("", ""),
    )
    body = payload(reply)

    check_message(body)
    assert "" == request_problem("POST", MESSAGES, body)
    parts = [part for row in body["components"] for part in row["components"]]
    usable = {part.get("custom_id") for part in parts}
    usable |= {option["value"] for part in parts for option in part.get("options", ())}
    assert {choice.token for choice in offered} <= usable


def test_nobody_is_ever_mentioned() -> None:
    """Whatever goes out with words says that they mention nobody: new, changed, or in passing."""
    text = (Span("@everyone, which one?"),)
    asked = Reply(text, form=Form.LIST, choices=choices(2))
    drawn = [
        *[page.payload for page in outgoing.draw(asked, WORDS)],
        outgoing.redraw(asked, WORDS),
        outgoing.redraw(Reply(text, edits=1, answer="@here"), WORDS),
        outgoing.private_note(text),
    ]

    assert [{"parse": []}] * 4 == [one["allowed_mentions"] for one in drawn]


@pytest.mark.parametrize(
    ("least", "most", "expected"), [(1, 2, (1, 2)), (0, 0, (0, 3)), (2, 9, (2, 3)), (0, 1, (0, 1))]
)
def test_a_select_knows_how_many(least: int, most: int, expected: tuple[int, int]) -> None:
    """Of several, Discord itself asks for as many as the question does, and never for more than
    there are."""
    done = Choice("abcd.1.!done", "Done")
    asked = Reply(
        (Span("?"),), form=Form.PICK, choices=choices(3), done=done, at_least=least, at_most=most
    )
    select = payload(asked)["components"][0]["components"][0]

    assert expected == (select["min_values"], select["max_values"])


def test_eleven_numbers_share_three_rows() -> None:
    """A scale from 0 to 10 is spread evenly, with the words of its ends in the text."""
    points = tuple(Choice(f"abcd.1.{number}", str(number)) for number in range(11))
    body = payload(Reply((Span("How?"),), form=Form.SCALE, choices=points, ends=("shut", "open")))

    assert [4, 4, 3] == [len(row["components"]) for row in body["components"]]
    assert "How?\n\n0: shut\n10: open" == body["content"]


def test_ticked_boxes_stay_ticked() -> None:
    """A select shows what was ticked before."""
    ticked = (Choice("a.1.-x", "X", chosen=True), Choice("a.1.+y", "Y"))
    reply = Reply((Span("?"),), form=Form.PICK, choices=ticked, done=Choice("a.1.!done", "Done"))
    select = payload(reply)["components"][0]["components"][0]

    assert [True, None] == [option.get("default") for option in select["options"]]
    assert custom_ids.pick("a.1.!done") == select["custom_id"]


def test_too_much_for_one_message_is_rejected() -> None:
    """More than Discord can hold is our failure, said as such, and not sent."""
    boxes = Reply(
        (Span("?"),), form=Form.PICK, choices=choices(26), done=Choice("a.1.!done", "Done")
    )
    with pytest.raises(Rejected):
        outgoing.draw(boxes, WORDS)
    with pytest.raises(Rejected):
        outgoing.draw(Reply((Span("?"),), form=Form.LIST, choices=choices(126)), WORDS)
    with pytest.raises(Rejected):
        outgoing.draw(Reply((Span("?"),), file=File("a.txt", "x" * (10 * 1024 * 1024 + 1))), WORDS)
    with pytest.raises(Rejected):
        outgoing.draw(Reply(()), WORDS)


@pytest.mark.parametrize("key", ["k#1", "1" * 22 + "#12", "1" * 25])
def test_nonces_are_stable_and_apart(key: str) -> None:
    """Every part of every message has its own key, the same each time, short enough."""
    many = outgoing.nonces(key, 12)

    assert many == outgoing.nonces(key, 12)
    assert 12 == len(set(many))
    assert all(len(nonce) <= 25 for nonce in many)
    assert [key] == outgoing.nonces(key, 1)


def test_nonces_of_neighbours_never_meet() -> None:
    """Two long keys that differ only at the end keep apart."""
    first, second = outgoing.nonces("1" * 24 + "a", 2), outgoing.nonces("1" * 24 + "b", 2)

    assert set() == set(first) & set(second)


async def test_the_commands_in_every_language() -> None:
    """Commands say in each language what they do, and where they may be used and installed."""
    phrases = Phrases(
        {},
        {
            "en": [("start", "Begin"), ("menu", "Everything"), ("Bad Name", "no")],
            "es": [("menu", "Todo"), ("start", "Empezar")],
            "pt": [("iniciar", "Começar"), ("lista", "Tudo"), ("x", "y")],
            "tlh": [("start", "taH")],
        },
    )
    made = await commands.Commands(discord.Client(**client.options()), phrases).payload()

    assert ["start", "menu"] == [one["name"] for one in made]
    assert {"en-US", "en-GB", "es-ES", "es-419", "pt-BR"} == {*made[0]["name_localizations"]}
    assert "Empezar" == made[0]["description_localizations"]["es-419"]
    assert "Begin" == made[0]["description_localizations"]["en-GB"]
    assert "iniciar" == made[0]["name_localizations"]["pt-BR"]
    assert "tlh" not in made[0]["description_localizations"]
    assert ([0, 1], [0, 1]) == (made[0]["integration_types"], made[0]["contexts"])
    assert "" == request_problem("PUT", "/applications/1/commands", made)


def test_a_modal_is_within_its_limits() -> None:
    """Long words of the house are cut to what a modal takes."""
    form = components.modal("abcd.1.x", 500, "T" * 60, "L" * 60)

    assert "" == request_problem(
        "POST", "/interactions/1/token/callback", {"type": 9, "data": form}
    )
