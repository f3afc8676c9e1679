"""Weighing a text: concepts of words, features in order, what a weight adds and takes back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.normalising import words_of
from bot.engine.safety import Danger, negated, recognise
from bot.engine.weighing import WINDOW, features, score
from bot.errors import ContentError
from bot.flows.concepts import read_concepts, stem
from bot.flows.danger_rules import CATEGORIES, LanguageRules, Rules, Tier
from bot.flows.recognising import load_rules
from bot.flows.safety_rules import read_rules
from bot.flows.weights import read_weights

RULES = """
classes: {not: [not], die: [die]}
negation: {reach: 3}
spelling: {dont: do not}
fillers: [really]
danger: {suicidal-active: {pause: [<die>]}, suicidal-passive: {gentle: [sad]}}
"""

CONCEPTS = """
endings: [ing, s]
words:
  pill: pill sleeping_pill tablet*
  bottle: whole_bottle
  me: i
  calm: feel_fine dont_worry
"""

WEIGHTS = """
scale: 10
pause: 2.0
gentle: {xx: 1.0}
ruled: {xx: 0.7}
start: {xx: -5}
rules: {pause: 12, gentle: 3}
concepts: {bottle: 0, calm: 0, me: 0, pill: 8 -9 3}
pairs: {me: pill 10 bottle 2}
words: {xx: {"4": swallow, "-30": film, "6": i_swallow, "5": all_gone_now,
  "2": all_._now}}
kinds:
  start: {overdose: 3, eating: 5}
  concepts: {pill: overdose 20}
  words: {xx: {eating: {"40": plate}, overdose: {"-10": plate}}}
"""


def made(weights: str = WEIGHTS) -> LanguageRules:
    """Give small rules with their concepts and weights."""
    rules = read_rules(RULES, "xx")
    learnt = read_weights(weights, CATEGORIES)["xx"]
    spelling = rules.spelling
    known = read_concepts(CONCEPTS, spelling.forms, spelling.fillers, names=learnt.names)
    return replace(rules, concepts=known, weights=learnt)


def weight_of(text: str) -> float:
    """Give the score of the heaviest part of a text."""
    rules = made()
    assert rules.weights is not None
    words = words_of(text, rules)
    denied, _ = negated(words, rules.negation)
    return max(score(part, rules.weights) for part in features(words, denied, rules.concepts))


def meant(text: str) -> list[set[str]]:
    """Give the names of the concepts at each word."""
    rules = made()
    known = rules.concepts
    return [{known.names[c] for c in held} for held in known.at(words_of(text, rules).words)]


class TestConcepts:
    """A word stands for what it means, in every form it is typed in."""

    @pytest.mark.parametrize("word", ["pill", "pills", "Pills", "tablet", "tabletten"])
    def test_a_word_is_known_in_its_forms(self, word: str) -> None:
        """By itself, without its ending, or by how it begins."""
        assert [{"pill"}] == meant(word)

    def test_a_phrase_stands_where_it_begins(self) -> None:
        """The words of a phrase still mean what they mean alone."""
        assert [{"pill"}, {"pill"}] == meant("sleeping pill")
        assert [{"bottle"}, set()] == meant("whole bottle")

    def test_a_phrase_is_read_like_a_text(self) -> None:
        """Short forms are written out and fillers left out on both sides."""
        assert {"calm"} == meant("dont really worry")[0]

    def test_a_phrase_that_fillers_leave_one_word_of_is_left_out(self) -> None:
        """Else every text with that one word would mean what the phrase means."""
        text = "words: {deny: really_not, pill: pill}"
        known = read_concepts(text, made().spelling.forms, {"really"})
        assert [(), (1,)] == known.at(("not", "pill"))

    def test_concepts_have_the_places_they_are_given(self) -> None:
        """Of the names all languages share, a language may lack some and have others of its own."""
        text = "words: {pill: pill, zeal: zeal}"
        known = read_concepts(text, made().spelling.forms, (), names=("bottle", "pill"))
        assert [(1,), ()] == known.at(("pill", "zeal"))

    @pytest.mark.parametrize(
        ("word", "left"), [("cutting", "cut"), ("cuts", "cut"), ("is", "is"), ("ing", "ing")]
    )
    def test_a_stem_keeps_three_letters(self, word: str, left: str) -> None:
        """The longest ending goes, and a doubled letter is halved; short words stay."""
        assert left == stem(word, ("ing", "s"))

    @pytest.mark.parametrize(
        ("broken", "wrong"),
        [
            ("a: [", "x: this is not valid YAML; mend it."),
            ("endings: []", "x: the file needs `words:`, the words of each concept."),
            ("words: {pill: [pill]}", "x: `pill:` needs words, with spaces between them."),
            (
                "endings: [ing, ingeniously]\nwords: {pill: pill}",
                "x: the ending `ingeniously` has more than 8 letters.",
            ),
        ],
    )
    def test_a_broken_file_is_named(self, broken: str, wrong: str) -> None:
        """One sentence says what is wrong and where."""
        with pytest.raises(ContentError) as raised:
            read_concepts(broken, made().spelling.forms, (), "x")
        assert wrong == str(raised.value)


class TestScores:
    """A score is the sum of what a text's features weigh."""

    @pytest.mark.parametrize(
        ("text", "weight"),
        [
            ("nothing here", -0.5),
            ("a pill", 0.3),
            ("pill", 0.6),
            ("swallowing", -0.1),
            ("i swallow pills", 2.3),
            ("i swallow. pills", 1.6),
            ("film", -3.5),
            ("all gone now", -0.5 + 0.7),
            ("all. gone now", -0.5),
            ("all is now", -0.5 + 0.2),
            ("all is. now", -0.5),
            ("all now", -0.5),
        ],
    )
    def test_features_are_summed(self, text: str, weight: float) -> None:
        """Words, concepts, their order within a sentence, and where a sentence begins."""
        assert weight == pytest.approx(weight_of(text))

    def test_a_denied_concept_weighs_otherwise(self) -> None:
        """What is denied counts as said and as denied."""
        assert weight_of("a pill") - 0.9 == pytest.approx(weight_of("not a pill"))

    def test_a_feature_counts_once(self) -> None:
        """Saying a thing five times is not five times the danger."""
        assert weight_of("a pill") == pytest.approx(weight_of("a pill a pill a pill"))

    def test_one_sentence_does_not_drown_in_a_long_text(self) -> None:
        """A long text is weighed in parts, and the heaviest counts."""
        film = "film " * (2 * WINDOW)
        assert weight_of(film + "i swallow pills") == pytest.approx(weight_of("i swallow pills"))


class TestVerdicts:
    """What a weight adds to the rules, and what it takes back."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a pill", None),
            ("i swallow pills", Danger(Tier.PAUSE, "overdose")),
            ("i said pills", Danger(Tier.GENTLE, "overdose")),
            ("die and pills", Danger(Tier.PAUSE, "suicidal-active")),
            ("die", Danger(Tier.PAUSE, "suicidal-active")),
            ("die in a film", None),
            ("sad", None),
            ("i said sad pills", Danger(Tier.GENTLE, "suicidal-passive")),
        ],
    )
    def test_weights_stand_beside_the_rules(self, text: str, found: Danger | None) -> None:
        """Heavy stops, less heavy asks. A rule's find weighs too, and where a rule would stop,
        less weight will do; in a text that speaks against it, it is let go."""
        assert found == recognise(Rules({"xx": made()}), text, "xx")

    def test_words_and_concepts_tell_which_danger_it_is(self) -> None:
        """Each category has its sum, and the highest is what the text speaks of."""
        found = recognise(Rules({"xx": made()}), "i swallow pills off the plate", "xx")
        assert Danger(Tier.PAUSE, "eating") == found

    def test_worry_about_others_is_asked_about(self) -> None:
        """However sure: by its weight alone, somebody else's danger never stops the talk."""
        rules = made(WEIGHTS.replace("overdose", "worry"))
        found = recognise(Rules({"xx": rules}), "i swallow pills", "xx")
        assert Danger(Tier.GENTLE, "worry") == found


class TestFiles:
    """The shipped form of concepts and weights."""

    def test_a_folder_may_be_without_weights(self, tmp_path: Path) -> None:
        """Then the rules stand alone."""
        laid_out(tmp_path, concepts="", weights="")
        assert load_rules(tmp_path).languages["xx"].weights is None

    def test_a_language_of_the_weights_has_its_concepts(self, tmp_path: Path) -> None:
        """The weights lie beside the languages, their concepts with each."""
        laid_out(tmp_path)
        own = load_rules(tmp_path).languages["xx"]
        assert own.weights is not None
        assert own.weights.names == own.concepts.names == ("bottle", "calm", "me", "pill")

    def test_what_was_edited_is_read_again(self, tmp_path: Path) -> None:
        """What did not change is known from the last time."""
        laid_out(tmp_path)
        before = load_rules(tmp_path)
        assert before is load_rules(tmp_path)
        (tmp_path / "weights.yaml").unlink()
        assert load_rules(tmp_path).languages["xx"].weights is None

    def test_weights_without_their_concepts_are_refused(self, tmp_path: Path) -> None:
        """One sentence says which file is missing."""
        laid_out(tmp_path, concepts="")
        with pytest.raises(ContentError, match=r"xx/concepts\.yaml is missing"):
            load_rules(tmp_path)

    @pytest.mark.parametrize("broken", ["a: [", "scale: 1", WEIGHTS.replace("-5", "few"), "- a"])
    def test_broken_weights_are_named(self, broken: str) -> None:
        """Weights are written by a program, and that is what the error says."""
        with pytest.raises(ContentError, match="let it write it again"):
            read_weights(broken, CATEGORIES, "x")


def laid_out(folder: Path, concepts: str = CONCEPTS, weights: str = WEIGHTS) -> None:
    """Write a small content folder."""
    (folder / "xx").mkdir()
    for name, text in (("xx/safety", RULES), ("xx/concepts", concepts), ("weights", weights)):
        if text:
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
