"""What the checker has to tell a writer: findings, and the one table of their codes.

Owns codes and severities, so that a code keeps its meaning for ever. Knows nothing of how a finding
is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.flows.model import Place


class Severity(StrEnum):
    """An error keeps content from being loaded; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for."""

    severity: Severity
    title: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where, what is wrong, what to write instead. Both texts are sentences."""

    code: str
    place: Place
    problem: str
    instead: str

    @property
    def severity(self) -> Severity:
        """How bad it is; fixed by the code."""
        return RULES[self.code].severity

    def __str__(self) -> str:
        return f"{self.place}: {self.problem} {self.instead} ({self.code})"


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Give only the errors."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by file, line and code, each once."""
    return sorted(set(findings), key=lambda f: (f.place.file, f.place.line, f.code, f.problem))


def _error(title: str) -> Rule:
    return Rule(Severity.ERROR, title)


def _warning(title: str) -> Rule:
    return Rule(Severity.WARNING, title)


RULES: Mapping[str, Rule] = {
    # C1: form. What one file must look like.
    "C101": _error("Not valid YAML"),
    "C102": _error("The same name twice"),
    "C103": _error("Unknown name"),
    "C104": _error("YAML shorthand"),
    "C105": _error("File too big or too deeply nested"),
    "C106": _error("Wrong kind of value"),
    "C107": _error("Something is missing"),
    "C108": _error("Bad id"),
    "C109": _error("Reserved id"),
    "C110": _error("File name and flow id differ"),
    "C111": _error("Empty text"),
    "C112": _error("Two questions in one step"),
    "C113": _error("Numbers that cannot be"),
    "C114": _error("Check-in not understood"),
    "C115": _error("Way on not understood"),
    "C116": _error("Condition not understood"),
    "C117": _warning("Words lost behind #"),
    "C118": _error("Old name taken"),
    "C119": _error("File cannot be read"),
    "C120": _warning("Invisible characters"),
    "C121": _error("Setting without its question"),
    "C122": _error("Scale without words at its ends"),
    "C123": _warning("Variant repeated"),
    # C2: graph. Where a person can get to.
    "C201": _error("Start is not a step"),
    "C202": _error("Way on to nowhere"),
    "C203": _error("Visit to nowhere"),
    "C204": _error("Check-in to nowhere"),
    "C205": _error("Step never reached"),
    "C206": _error("Step with no way on"),
    "C207": _error("Loop without a question"),
    "C208": _error("Branches without a last line"),
    "C209": _error("Lines after the last line"),
    "C210": _warning("Branch never taken"),
    "C211": _error("No way to the end"),
    "C212": _error("Visits in a circle"),
    "C213": _warning("Flow nobody can open"),
    # C3: answers. What is asked, kept and asked about.
    "C301": _error("Condition on an unknown step"),
    "C302": _error("Condition on an unknown word"),
    "C303": _error("Condition does not fit the question"),
    "C304": _error("Two choices accept the same words"),
    "C305": _error("Choice shadowed by safety or stop words"),
    "C306": _error("Answer put in without a fallback"),
    "C307": _error("Question without words"),
    "C308": _error("Answer of an unknown step put in"),
    "C309": _error("Braces not understood"),
    "C310": _warning("Condition on a later question"),
    "C311": _error("Other words for an unknown choice"),
    "C312": _warning("Choice hides a command"),
    "C313": _warning("Nothing to choose from"),
    "C314": _error("Braces where nothing is put in"),
    # C4: platforms. What fits through every door.
    "C401": _error("Text too long for Discord"),
    "C402": _error("Text too long for Telegram"),
    "C403": _error("Button too long"),
    "C404": _warning("Button hard to read"),
    "C405": _error("Too many options"),
    "C406": _error("Stored word too long"),
    "C407": _error("Picture cannot be used"),
    "C408": _error("Picture without words"),
    "C409": _error("More words asked for than can be typed"),
    "C410": _error("Description too long"),
    # C5: care. How it is said, and what it may do to somebody.
    "C501": _warning("Absolute word"),
    "C502": _warning("Word that belittles or labels"),
    "C503": _warning("Exclamation mark"),
    "C504": _warning("Praise template"),
    "C505": _error("Diagnosis or label"),
    "C506": _error("Promise or claim of treatment"),
    "C507": _error("Unsafe way to speak of suicide"),
    "C508": _error("Letting in without the gate"),
    "C509": _warning("Decoration"),
    "C510": _warning("More than one question at once"),
    "C511": _warning("Long sentence"),
    "C512": _warning("Guilt or hook"),
    "C513": _warning("Gendered word"),
    "C514": _warning("Asks who somebody is"),
    "C515": _warning("Long message"),
    "C516": _warning("Many messages without a question"),
    "C517": _warning("Number or address in a flow"),
    "C518": _warning("Private words shown in another flow"),
    # C6: languages and house words.
    "C601": _warning("Not translated"),
    "C602": _warning("Translated from older words"),
    "C603": _warning("Put-in answers differ from English"),
    "C604": _warning("Translation of nothing"),
    "C605": _error("More than words in a translation"),
    "C606": _warning("House words not translated"),
    "C607": _error("House words hold other names"),
    "C608": _error("Menu entry that is not there"),
    "C609": _error("Two commands share a word"),
    "C610": _warning("Left in English"),
    "C611": _error("House of another language"),
    # C7: outline and transcripts.
    "C701": _error("Point of the outline not covered"),
    "C702": _error("Point not in the outline"),
    "C703": _warning("Flow without a transcript"),
}
"""Every code. A code is never given a second meaning; a new check takes a new number."""
