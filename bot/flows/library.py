"""All content, read and checked, ready for the engine.

Owns look-ups across flows and languages. Knows nothing of files (the reader does) or people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.flows.crisis_lines import CrisisLines
from bot.flows.danger_rules import Rules
from bot.flows.house import House
from bot.flows.model import Flow, Step, StepWords, Wording

MASTER = "en"
"""The language every flow is written in first; it stands in where a translation is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """Flows by id, wordings by language and flow, house words by language.

    `version` is a short hash of everything read. `safety` holds the rules that danger is recognised
    by, `lines` the people to talk to. `contact` is how the operator can be reached, or empty.
    `_words_at` remembers what `words` gave: every turn asks for the same few again.
    """

    flows: Mapping[str, Flow]
    wordings: Mapping[str, Mapping[str, Wording]]
    houses: Mapping[str, House]
    version: str = ""
    languages: tuple[str, ...] = field(default=(MASTER,))
    safety: Rules = field(default_factory=Rules)
    lines: CrisisLines = field(default_factory=CrisisLines)
    contact: str = ""
    _words_at: dict[tuple[str, str, str], StepWords] = field(default_factory=dict, init=False)

    def step(self, flow: str, step: str) -> Step | None:
        """Give a step, or None where it is not there (any more)."""
        found = self.flows.get(flow)
        return found.steps.get(step) if found else None

    def title(self, language: str, flow: str) -> str:
        """Give a flow's title in this language, else in English."""
        own = self.wordings.get(language, {}).get(flow)
        if own and own.title:
            return own.title
        master = self.wordings.get(MASTER, {}).get(flow)
        return master.title if master else flow

    def words(self, language: str, flow: str, step: str) -> StepWords:
        """Give a step's wording; whatever this language lacks is filled in from English."""
        found = self._words_at.get((language, flow, step))
        if found is None:
            found = self._words_at[language, flow, step] = self._merged(language, flow, step)
        return found

    def _merged(self, language: str, flow: str, step: str) -> StepWords:
        master = self._words(MASTER, flow, step) or StepWords()
        own = self._words(language, flow, step)
        if own is None or own is master:
            return master
        return StepWords(
            own.say or master.say,
            {**master.labels, **own.labels},
            {**master.understand, **own.understand},
            own.again or master.again,
            own.alt or master.alt,
        )

    def house(self, language: str) -> House:
        """Give the house words of this language; each falls back to English by itself."""
        return self.houses.get(language) or self.houses[MASTER]

    def _words(self, language: str, flow: str, step: str) -> StepWords | None:
        wording = self.wordings.get(language, {}).get(flow)
        return wording.steps.get(step) if wording else None


def bare(safety: Rules | None = None, lines: CrisisLines | None = None) -> Library:
    """Make a library without flows, for when content is broken: the built-in words are left, and
    with them help in danger."""
    return Library(
        {},
        {},
        {MASTER: House(MASTER, "English")},
        safety=safety or Rules(),
        lines=lines or CrisisLines(),
    )
