"""Reading YAML: what is kept, what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ContentError
from bot.flows.findings import Severity
from bot.flows.loading import load, read
from bot.flows.model import Branch, CheckIn, Choose, Pick, Scale, Write
from bot.flows.nodes import SIZE_LIMIT, parse
from bot.flows.reader import read_flow
from bot.flows.shape import Reading
from tests.flows.writing import HELLO, a_flow, lay_out

WHOLE = """\
flow: signs
title: What distance looks like
about: Eight small signs.
was: [old-signs, older-signs]
start: hello
steps:
  hello:
    say: Think of one person.
    covers: [O4, S1]
    go: how-often
  how-often:
    say:
      - Were you further away
        than before?
      - Is there more room between you?
    choose:
      rarely: Rarely or not at all
      often: More than I'd like
    also understand:
      often: [a lot, mostly]
    if not understood: Which of these comes closest?
    go:
      - rare-end, if how-often is rarely
      - feelings
  rare-end:
    was: rare
    say: "Fine: that is rare."
    go: end
  feelings:
    say: Which of these fit?
    pick:
      numb: Numb
      sad: Sad
      on: On edge
    at most: 2
    go: warmth
  warmth:
    say: How open is the door?
    scale:
      1: shut tight
      5: wide open
    go: note
  note:
    say: What did you notice?
    write: up to 500
    visit: safe-enough
    check in: hello, in 2 days in the evening
    picture: door.png
    alt: A door
    go: end
"""


def test_whole_flow_is_read() -> None:
    """Every part of a flow comes out as it was written, as text, with its line."""
    root, findings = parse(WHOLE, "en/signs.yaml")
    assert root is not None
    reading = Reading("en/signs.yaml", findings)
    source = read_flow(reading, root, "signs")
    flow, wording = source.flow, source.wording
    assert reading.findings == []
    assert (flow.id, flow.start, flow.was) == ("signs", "hello", ("old-signs", "older-signs"))
    assert (wording.title, wording.about) == ("What distance looks like", "Eight small signs.")
    assert list(flow.steps) == ["hello", "how-often", "rare-end", "feelings", "warmth", "note"]
    assert flow.steps["hello"].covers == ("O4", "S1")
    assert flow.steps["how-often"].question == Choose(("rarely", "often"))
    assert flow.steps["feelings"].question == Pick(("numb", "sad", "on"), 1, 2)
    assert flow.steps["warmth"].question == Scale(1, 5)
    note = flow.steps["note"]
    assert note.question == Write(500)
    assert (note.visit, note.picture) == ("safe-enough", "door.png")
    assert note.check_in is not None
    assert note.check_in == CheckIn("hello", 2, 0, "evening", note.check_in.place)
    assert flow.steps["rare-end"].was == ("rare",)
    words = wording.steps["how-often"]
    assert words.say[0] == "Were you further away than before?"
    assert words.labels == {"rarely": "Rarely or not at all", "often": "More than I'd like"}
    assert words.understand == {"often": ("a lot", "mostly")}
    assert words.again == "Which of these comes closest?"


def test_everything_knows_its_line() -> None:
    """Steps, branches and check-ins remember the file and line they were written in."""
    root, _ = parse(WHOLE, "en/signs.yaml")
    assert root is not None
    flow = read_flow(Reading("en/signs.yaml"), root, "signs").flow
    first: Branch = flow.steps["how-often"].go[0]
    check_in = flow.steps["note"].check_in
    assert str(flow.steps["how-often"].place) == "en/signs.yaml:11"
    assert str(first.place) == "en/signs.yaml:23"
    assert check_in is not None
    assert str(check_in.place) == "en/signs.yaml:47"


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "null", "~", "21:30", "1e3", "2024-01-01"]
)
def test_every_scalar_is_text(word: str, tmp_path: Path) -> None:
    """No word of the content turns into a truth value, a number, a time or nothing."""
    lay_out(tmp_path, {"en/hello.yaml": a_flow(f"hi:\n  say: {word}\n  go: end")})
    assert load(tmp_path).words("en", "hello", "hi").say == (word,)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("say: One thing: think.", "A sentence with a colon must stand in quotes"),
        ('say: "Half a sentence', "is opened here and not closed"),
        ('say: "Hi" she said.', "Words follow behind a closing quotation mark."),
        ("say: *Think* of a person.", "begins with *"),
        ("say: {name or you}, hello.", "begins with {"),
        ("say: - Hi.", "Begin the list on the next line"),
        ("say: [one, two", "A list in [ ] holds a sentence, or is not closed."),
        ("say: @home.", "begins with"),
        ("\tsay: Hi.", "tab"),
        ("say: Hi.\n   go: end", "does not stand under the one above it"),
        ("say: Hi.\n  and so on", "A name without a colon"),
    ],
)
def test_yaml_errors_are_said_in_plain_words(line: str, said: str, tmp_path: Path) -> None:
    """What the YAML parser complains of is told so that a writer knows what to change."""
    body = f"flow: hello\ntitle: Hello\nstart: hi\nsteps:\n  hi:\n    {line}\n    go: end\n"
    lay_out(tmp_path, {"en/hello.yaml": body})
    findings = read(tmp_path)[1]
    told = " ".join(f"{f.problem} {f.instead}" for f in findings if f.code in ("C101", "C104"))
    assert said in told
    assert {6, 7} >= {f.place.line for f in findings if f.code == "C101"}


def test_all_findings_come_at_once(tmp_path: Path) -> None:
    """One run tells everything that is wrong, in every file."""
    lay_out(
        tmp_path,
        {
            "en/hello.yaml": a_flow("hi:\n  sya: Hi.\n  say:\n  go: nowhere\nMy Step:\n  go: end"),
            "en/other.yaml": "flow: other\ntitle: Other\nsteps: {}\n",
            "en/third.yaml": "say: One: two\n",
        },
    )
    codes = {finding.code for finding in read(tmp_path)[1]}
    assert {"C103", "C111", "C202", "C108", "C107", "C101"} <= codes


def test_broken_file_is_not_complained_of_twice(tmp_path: Path) -> None:
    """A visit to a flow whose file cannot be read is not called a visit to nowhere."""
    visits = a_flow("hi:\n  say: Hi.\n  visit: third\n  go: end")
    lay_out(tmp_path, {"en/hello.yaml": visits, "en/third.yaml": "say: One: two\n"})
    assert [finding.code for finding in read(tmp_path)[1]] == ["C101"]


def test_load_tells_every_error_in_one_sentence_each(tmp_path: Path) -> None:
    """`load` refuses with a line for each error, naming file and line."""
    lay_out(tmp_path, {"en/hello.yaml": a_flow("hi:\n  sya: Hi.\n  go: nowhere")})
    with pytest.raises(ContentError) as refused:
        load(tmp_path)
    lines = str(refused.value).splitlines()[1:]
    assert [line.split(":")[0:2] for line in lines] == [
        ["en/hello.yaml", "6"],
        ["en/hello.yaml", "7"],
    ]


def test_no_folder_and_no_content_are_refused(tmp_path: Path) -> None:
    """A folder that is not there, or holds no flow, gets a sentence that names the setting."""
    with pytest.raises(ContentError, match="CONTENT_DIR"):
        load(tmp_path / "nowhere")
    with pytest.raises(ContentError, match="CONTENT_DIR"):
        load(tmp_path)


def test_warnings_do_not_keep_content_from_being_used(tmp_path: Path) -> None:
    """A library is given where there are only warnings."""
    lay_out(tmp_path, {"en/hello.yaml": a_flow("hi:\n  say: Hi!\n  go: end")})
    library, findings = read(tmp_path)
    assert [finding.code for finding in findings] == ["C503"]
    assert library is not None
    assert list(library.flows) == ["hello"]


def test_broken_translation_leaves_english_standing(tmp_path: Path) -> None:
    """An error in a translated file is told, and that file alone is left out."""
    lay_out(
        tmp_path,
        {
            "en/hello.yaml": HELLO,
            "en/house/core.yaml": "house: en\nname: English\nmenu: [hello]\n",
            "es/hello.yaml": "flow: hello\ntitle: Hola\nsteps:\n  hi:\n    say: Uno: dos\n",
            "es/house/core.yaml": "house: es\nname: Español\n",
        },
    )
    library, findings = read(tmp_path)
    assert "C101" in [finding.code for finding in findings]
    assert library is not None
    assert library.title("es", "hello") == "Hello"
    assert library.words("es", "hello", "hi").say == ("Hi.",)
    assert library.languages == ("en", "es")


def test_translation_fills_in_from_english(tmp_path: Path) -> None:
    """A translated step is worded in its language; what it lacks is English."""
    question = "hi:\n  say: How?\n  choose:\n    fine: Fine\n    hard: Hard\n  go: end"
    spanish = "flow: hello\nsteps:\n  hi:\n    say: ¿Cómo?\n    choose:\n      fine: Bien\n"
    lay_out(
        tmp_path,
        {
            "en/hello.yaml": a_flow(question),
            "es/hello.yaml": spanish,
            "es/house/core.yaml": "house: es\nname: Español\n",
        },
    )
    words = load(tmp_path).words("es", "hello", "hi")
    assert (words.say, words.labels) == (("¿Cómo?",), {"fine": "Bien", "hard": "Hard"})


def test_house_words_are_gathered_from_several_files(tmp_path: Path) -> None:
    """House files of one language are one house; another language falls back phrase by phrase."""
    lay_out(
        tmp_path,
        {
            "en/hello.yaml": HELLO,
            "en/house/a.yaml": "house: en\nname: English\nphrases:\n  hi: [Hi., Hello.]\n",
            "en/house/b.yaml": "house: en\nphrases:\n  bye: Until then.\nmenu: [hello]\n",
            "de/house/a.yaml": "house: de\nname: Deutsch\nphrases:\n  hi: Hallo.\n",
        },
    )
    library = load(tmp_path)
    assert library.house("en").variants("hi") == ("Hi.", "Hello.")
    german = library.house("de")
    assert (german.phrase("hi"), german.phrase("bye")) == ("Hallo.", "Until then.")
    assert german.menu == ("hello",)


def test_version_changes_with_the_content(tmp_path: Path) -> None:
    """The library's version is the same for the same files, and another after any edit."""
    lay_out(tmp_path, {"en/hello.yaml": HELLO})
    before = load(tmp_path).version
    assert load(tmp_path).version == before
    lay_out(tmp_path, {"en/hello.yaml": HELLO.replace("Hi.", "Hello.")})
    assert load(tmp_path).version != before


def test_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    """A file in another encoding is refused with the line it fails at."""
    lay_out(tmp_path, {"en/other.yaml": HELLO.replace("hello", "other")})
    (tmp_path / "en" / "hello.yaml").write_bytes(HELLO.encode().replace(b"Hi.", b"H\xefi."))
    found = [(f.code, str(f.place)) for f in read(tmp_path)[1]]
    assert found == [("C119", "en/hello.yaml:6")]


def test_huge_and_bomb_files_are_refused_quickly(tmp_path: Path) -> None:
    """A file too big, and one that would multiply by aliases, are refused by what they are."""
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    lay_out(tmp_path, {"en/big.yaml": "x" * (SIZE_LIMIT + 1), "en/bomb.yaml": bomb})
    found = {(f.place.file, f.code) for f in read(tmp_path)[1]}
    assert {("en/big.yaml", "C105"), ("en/bomb.yaml", "C104")} <= found


_PIECES = ["flow: hello\n", "steps:\n", "  hi:\n", "    say: ", "Hi", "{a or b}", "\n", "- ", ": "]
_MORE = [
    "go: end",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "*",
    "&x ",
    "!!int ",
    "    ",
    "\t",
    "choose:",
    "é",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES + _MORE)).map("".join)))
def test_any_file_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, reading it ends in findings with a line, never in an exception."""
    root, findings = parse(text, "en/hello.yaml")
    reading = Reading("en/hello.yaml", findings)
    if root is not None:
        read_flow(reading, root, "hello")
    lines = text.count("\n") + text.count("\r") + text.count("\x85") + 3
    for finding in reading.findings:
        assert 1 <= finding.place.line <= lines
        assert finding.severity in Severity
        assert finding.problem.rstrip().endswith((".", "`"))
