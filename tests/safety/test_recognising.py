"""The recogniser's parts, one at a time: spelling, gaps, denial, guards, time, failure."""

from __future__ import annotations

import gc
import random
import shutil
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from measuring import CONTENT, messages, rules

from bot.engine.safety import UNCLEAR, Danger, recognise, safe_recognise
from bot.errors import ContentError
from bot.flows.danger_rules import CATEGORIES, Rules, Tier
from bot.flows.recognising import load_rules
from bot.flows.safety_rules import read_rules

SMALL = """
safety: en
fillers: [really]
spelling: {wanna: want to, dont: do not, idk: perhaps}
near: [myself]
stems: [harm]
negation:
  reach: 4
  not meant: [can not stop]
  ends at: [but]
  subjects: [i, he]
  bridges: [think, not]
classes:
  not: [not, never]
  i: [i]
  want: [want, wanted]
  harm: [harm, harming]
  harm-self: [<harm> myself]
idioms: [harm ..1 plants]
guards:
  story: [film]
  quoted: [song says]
  work: [nurse]
  past: [years ago]
  recovered: [fine now]
  trivial: [monday]
  laughing: [lol]
danger:
  self-harm:
    pause:
      - <i> ..2 <want> ..2 <harm-self>
      - stopping ..3 <harm-self>
      - <not> ..1 here $
      - blade & alone
    gentle:
      - ^ <harm>
      - "!<want> to? harmful"
"""


def _found(text: str, source: str = SMALL) -> Danger | None:
    return recognise(Rules({"en": read_rules(source, "en")}), text, "en")


PAUSE = Danger(Tier.PAUSE, "self-harm")
GENTLE = Danger(Tier.GENTLE, "self-harm")


@pytest.mark.parametrize(
    "text",
    [
        "I want to harm myself",
        "i WANT really to härm mysèlf",
        "i wanna harm myself",
        "i want to h4rm mys3lf",
        "i want to h a r m myself",
        "i want to haaaarm myseeelf",
        "i want to harm mysef",
        "i want to ha​rm my\u0000self",
        "і want tо hаrm mуself",
        "i want to h*rm myself".replace("*", "a"),
        "iwanttoharmmyself i want to harm myself",
    ],
)
def test_spelling_does_not_hide_danger(text: str) -> None:
    """Case, accents, fillers, slang, digits, spacing, repeats, slips, invisible and look-alike."""
    assert PAUSE == _found(text)


def test_a_gap_ends_at_its_length_and_at_the_end_of_a_sentence() -> None:
    """The words of a rule belong together only when they stand together."""
    assert _found("i want one two three harm myself") is None
    assert _found("i want. harm plants myself") is None


def test_denied_danger_is_none() -> None:
    """A negator before it in the same clause takes it away; a comma or `but` ends the denial."""
    assert _found("i do not want to harm myself") is None
    assert PAUSE == _found("i do not want tea, i want to harm myself")
    assert PAUSE == _found("not today but i want to harm myself")
    assert PAUSE == _found("i do not eat i want to harm myself")


def test_a_negator_that_denies_nothing_is_read_past() -> None:
    """`cannot stop` is no denial."""
    assert PAUSE == _found("i can not stop stopping to harm myself")


def test_a_rule_may_itself_ask_for_a_negator() -> None:
    """`not ... here` is danger because of the `not`; twice denied it is none."""
    assert PAUSE == _found("i am not here")
    assert _found("i am not here today") is None
    assert _found("never say not here") is None


def test_two_signs_together_may_stand_anywhere() -> None:
    """`&` joins signs across sentences."""
    assert PAUSE == _found("The blade is out. I am alone.")
    assert _found("The blade is out.") is None


def test_start_and_forbidden_word() -> None:
    """`^` asks for the start of a clause, `!` for another word before."""
    assert GENTLE == _found("yes, harming")
    assert _found("yes harming") is None
    assert GENTLE == _found("this is harmful")
    assert _found("i want harmful") is None


def test_idioms_are_no_danger() -> None:
    """Their words are taken out before anything is looked for, denied or not."""
    assert _found("harm my plants") is None
    assert _found("never harm my plants") is None


def test_stories_and_work_count_only_when_nobody_says_i() -> None:
    """A film may hold anything; one's own wish beside a film is still one's own."""
    assert _found("the film: blade, alone") is None
    assert PAUSE == _found("after that film i want to harm myself")
    assert _found("i am a nurse, blade, alone") is None


def test_a_quoted_line_is_no_danger() -> None:
    """What a song says is the song's."""
    assert _found("the song says i want to harm myself") is None


def test_long_past_is_asked_about_and_recovered_is_left_alone() -> None:
    """Past lowers the tier; past and well again is none."""
    assert GENTLE == _found("years ago i wanted to harm myself")
    assert _found("years ago i wanted to harm myself, fine now") is None


def test_hyperbole_needs_both_a_trifle_and_a_laugh() -> None:
    """`lol` alone excuses nothing."""
    assert _found("monday, i want to harm myself lol") is None
    assert PAUSE == _found("i want to harm myself lol")


def test_every_language_is_looked_at_and_pausing_wins() -> None:
    """People switch languages; the given one comes first."""
    assert Danger(Tier.PAUSE, "suicidal-active") == recognise(rules(), "quiero morirme", "de")
    assert Danger(Tier.PAUSE, "suicidal-active") == recognise(rules(), "I want to die", "xx")


def test_a_failure_inside_ends_in_help() -> None:
    """Where recognising breaks, a gentle danger is given instead of silence (SAF-18)."""

    class Broken(str):
        __slots__ = ()

        def __len__(self) -> int:
            raise RuntimeError("broken")

    assert Danger(Tier.GENTLE, UNCLEAR) == safe_recognise(rules(), Broken("hello"), "en")
    assert safe_recognise(rules(), "hello", "en") is None


def test_nothing_at_all() -> None:
    """Empty and wordless texts are no danger."""
    assert [None] * 4 == [recognise(rules(), text, "en") for text in ("", " ", "...", "💐")]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("a: b: c", "x/safety.yaml:1: this is not valid YAML; mend it."),
        ("- a", "x/safety.yaml: the file needs `classes:` and `danger:`; it holds neither."),
        (
            "danger: {sadness: {pause: [a]}}",
            (
                "x/safety.yaml: there is no kind of danger `sadness`; known are "
                f"{', '.join(CATEGORIES)}."
            ),
        ),
        (
            "danger: {worry: {pause: [<nobody>]}}",
            "x/safety.yaml: `<nobody>` uses <nobody>, which is not among `classes:`.",
        ),
        (
            "fillers: [so]\ndanger: {worry: {pause: [so sad]}}",
            "x/safety.yaml: `so sad`: `so` holds no word that is looked at; fillers are read past.",
        ),
        (
            "classes: {a: [<b>], b: [<a>]}",
            "x/safety.yaml: class `a` holds itself; take one of the two out.",
        ),
        ("danger: {worry: {pause: [a ..x b]}}", "x/safety.yaml: `a ..x b`: write a gap as `..3`."),
    ],
)
def test_a_broken_file_gets_one_sentence(broken: str, sentence: str) -> None:
    """The writer learns the file, what is wrong and what to do."""
    with pytest.raises(ContentError) as error:
        read_rules(broken, "x", "x/safety.yaml")

    assert sentence == str(error.value)


@pytest.mark.proof
def test_all_languages_together_take_less_than_a_megabyte(tmp_path: Path) -> None:
    """Rules, concepts and weights, as they are kept once the files are read."""
    shutil.copytree(CONTENT, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "weights.yaml").open("a", encoding="utf-8") as file:
        file.write("# so that they are read here and not known from another test\n")
    gc.collect()
    tracemalloc.start()
    try:
        found = load_rules(tmp_path)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(found.languages) > 1
    assert held < 1_000_000


@pytest.mark.parametrize(
    ("typed", "danger"),
    [
        *((slip, PAUSE) for slip in ("mysel", "mmyself", "mysekf", "mysefl")),
        *((other, None) for other in ("yself", "nyself", "mysl", "mysalt")),
    ],
)
def test_a_slip_is_one_letter(typed: str, danger: Danger | None) -> None:
    """One letter more, less, other or swapped, never the first, and never two."""
    assert danger == _found(f"i want to harm {typed}")


def test_missing_rules_are_an_error(tmp_path: Path) -> None:
    """A content folder without any rules is refused rather than silently unsafe."""
    with pytest.raises(ContentError):
        load_rules(tmp_path)


def _random_text(rng: random.Random, words: list[str]) -> str:
    kind = rng.randrange(3)
    if kind == 0:
        size = rng.randrange(60)
        ends = ((32, 127), (0, 0x3000), (0x1F300, 0x1F700))
        return "".join(chr(rng.randrange(*rng.choice(ends))) for _ in range(size))
    if kind == 1:
        return " ".join(rng.choices(words, k=rng.randrange(1, 14)))
    return "".join(rng.choices("abdeikl 0134*!@$.' \n", k=rng.randrange(60)))


def _fuzz(count: int, seed: int) -> None:
    rng = random.Random(seed)
    words = [w for m in messages("english.jsonl", "german.jsonl") for w in m.text.split()]
    found = (recognise(rules(), _random_text(rng, words), "en") for _ in range(count))

    assert count == sum(1 for danger in found if danger is None or danger.category in CATEGORIES)


@pytest.mark.proof
def test_random_texts_never_raise() -> None:
    """100,000 random texts: an answer each, no exception."""
    _fuzz(100_000, 1)


@pytest.mark.long
def test_a_million_random_texts_never_raise() -> None:
    """1,000,000 random texts: an answer each, no exception."""
    _fuzz(1_000_000, 2)


@pytest.mark.parametrize(
    "part",
    ["kill time ", "i do not want ", "a ", "k i l l ", "x1y0z ", "not ", "d*e ", "(((", "aaaaaaa",
     "my sister said he was ", "the pills the bridge the ", "ä́ ", "iwanttod"],
)  # fmt: skip
def test_time_grows_with_length_and_no_faster(part: str) -> None:
    """4,000 characters take less than eight times as long as 1,000 in the same run."""

    def best(size: int) -> float:
        text, times = (part * size)[:size], []
        for _ in range(5):
            began = time.thread_time()
            recognise(rules(), text, "en")
            times.append(time.thread_time() - began)
        return min(times)

    assert best(4_000) < 8 * best(1_000) + 0.002
