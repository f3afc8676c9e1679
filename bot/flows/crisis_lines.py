"""Crisis lines by country, read from `content/crisis-lines.yaml` into values.

Owns the shape of that file and what a fact must have (a name, a way to reach it, a date, a source).
Knows nothing of how a line is shown or who is asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from bot.errors import ContentError

FILE = "crisis-lines.yaml"
WAYS = ("phone", "phone_alt", "sms", "whatsapp", "chat", "url", "email")
_LINE = frozenset(
    {"name", *WAYS, "sms_text", "hours", "languages", "confidence", "as_of", "source"}
)
_COUNTRY = frozenset({"also", "emergency", "emergency source", "zones", "lines"})
_TOP = frozenset({"stale_after_days", "directories", "countries"})
_NEEDED = ("name", "confidence", "as_of", "source")
_CONFIDENCE = ("high", "medium")


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """One service. Numbers are as dialled inside its country; an empty text is "not known".

    `as_of` is the first day the source's date can mean; None where the source has no date.
    """

    name: str
    phone: str = ""
    other_phones: tuple[str, ...] = ()
    sms: str = ""
    sms_word: str = ""
    whatsapp: str = ""
    chat: str = ""
    url: str = ""
    email: str = ""
    hours: str = ""
    languages: tuple[str, ...] = ()
    confidence: str = "medium"
    as_of: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """What is known for one country; `code` is ISO 3166 alpha-2. `emergency` may be empty; `also`
    are names people type beside the one that is shown."""

    code: str
    emergency: str = ""
    lines: tuple[CrisisLine, ...] = ()
    zones: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CrisisLines:
    """Every country by its code. A fact older than `stale_after` days asks to be double-checked."""

    countries: Mapping[str, Country] = field(default_factory=dict)
    stale_after: int = 365
    directories: tuple[str, ...] = ()

    @property
    def directory(self) -> str:
        """The addresses where lines of many countries are found, as one text."""
        return ", ".join(self.directories)

    def stale(self, line: CrisisLine, today: date) -> bool:
        """Whether this fact is too old, or has no date, to be given without a word of caution."""
        return line.as_of is None or (today - line.as_of).days > self.stale_after

    def stale_count(self, today: date) -> int:
        """Give how many facts the operator ought to look at again."""
        return sum(self.stale(line, today) for c in self.countries.values() for line in c.lines)


def load_crisis_lines(folder: Path) -> CrisisLines:
    """Read the file in the content folder. Raises `ContentError` with file and line."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{FILE} cannot be read; it belongs in the content folder.") from error
    return read_crisis_lines(text)


def read_crisis_lines(text: str, name: str = FILE) -> CrisisLines:
    """Read the file's text. Raises `ContentError` naming the line and what to do."""
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise ContentError(f"{name}{line}: this is not valid YAML; mend it.") from error
    return _Reader(name).everything(root)


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str

    def everything(self, root: yaml.Node | None) -> CrisisLines:
        top = self.names(root, "the file", _TOP)
        days = self.text(top.get("stale_after_days"))
        if not days.isdigit():
            raise self.wrong(root, "`stale_after_days:` needs a number, such as 365")
        countries = {}
        for code, node in self.pairs(top.get("countries"), "countries"):
            if len(code) != 2 or not code.isupper():
                raise self.wrong(node, f"`{code}` is no country code; write two capitals, as in ES")
            countries[code] = self.country(code, node)
        return CrisisLines(countries, int(days), self.directories(top.get("directories")))

    def directories(self, node: yaml.Node | None) -> tuple[str, ...]:
        found = []
        for item in self.items(node, "directories"):
            given = self.names(item, "a directory", frozenset({"name", "url"}))
            if not self.text(given.get("url")):
                raise self.wrong(item, "a directory needs `url:`")
            found.append(self.text(given["url"]))
        return tuple(found)

    def country(self, code: str, node: yaml.Node) -> Country:
        given = self.names(node, code, _COUNTRY)
        emergency = self.text(given.get("emergency"))
        if emergency and not self.text(given.get("emergency source")):
            raise self.wrong(node, f"{code} has an emergency number without `emergency source:`")
        lines = tuple(self.line(item) for item in self.items(given.get("lines"), "lines"))
        zones = tuple(self.text(item) for item in self.items(given.get("zones"), "zones"))
        also = self.texts(given.get("also"), "also")
        return Country(code, emergency, lines, zones, also)

    def line(self, node: yaml.Node) -> CrisisLine:
        given = self.names(node, "a line", _LINE)
        for key in _NEEDED:
            if not self.text(given.get(key)):
                raise self.wrong(node, f"a line needs `{key}:`")
        if not any(key in given for key in WAYS):
            raise self.wrong(node, f"a line needs a way to reach it: one of {', '.join(WAYS)}")
        confidence = self.text(given["confidence"])
        if confidence not in _CONFIDENCE:
            raise self.wrong(
                given["confidence"],
                f"`confidence: {confidence}` is not shown to anyone; check the fact again and "
                "write high or medium, or take the line out",
            )
        return CrisisLine(
            name=self.text(given["name"]),
            phone=self.text(given.get("phone")),
            other_phones=self.texts(given.get("phone_alt"), "phone_alt"),
            sms=self.text(given.get("sms")),
            sms_word=self.text(given.get("sms_text")),
            whatsapp=self.text(given.get("whatsapp")),
            chat=self.text(given.get("chat")),
            url=self.text(given.get("url")),
            email=self.text(given.get("email")),
            hours=self.text(given.get("hours")),
            languages=self.texts(given.get("languages"), "languages"),
            confidence=confidence,
            as_of=self.day(given["as_of"]),
            source=self.text(given["source"]),
        )

    def day(self, node: yaml.Node) -> date | None:
        """Give the first day of `2025`, `2025-09` or `2025-09-11`; None for `undated`."""
        written = self.text(node)
        if written == "undated":
            return None
        parts = written.split("-")
        try:
            year, month, day = (*map(int, parts), *(1,) * (3 - len(parts)))
            return date(year, month, day)
        except ValueError as error:
            raise self.wrong(
                node, f"`as_of: {written}` is no date; write 2025, 2025-09, 2025-09-11 or undated"
            ) from error

    def names(
        self, node: yaml.Node | None, what: str, known: frozenset[str]
    ) -> dict[str, yaml.Node]:
        found = dict(self.pairs(node, what))
        for key, value in found.items():
            if key not in known:
                raise self.wrong(
                    value, f"`{key}:` is not known here; known are {', '.join(sorted(known))}"
                )
        return found

    def pairs(self, node: yaml.Node | None, what: str) -> Iterator[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"{what} needs names with values below it")
        for key, value in node.value:
            yield str(key.value), value

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, f"`{what}:` needs a list")
        return list(node.value)

    def texts(self, node: yaml.Node | None, what: str) -> tuple[str, ...]:
        return tuple(self.text(item) for item in self.items(node, what))

    def text(self, node: yaml.Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, "a single text belongs here")
        return str(node.value)

    def wrong(self, node: yaml.Node | None, what: str) -> ContentError:
        line = node.start_mark.line + 1 if node is not None else 1
        return ContentError(f"{self.name}:{line}: {what}.")
