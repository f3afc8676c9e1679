"""A YAML file as plain nodes: texts, lists and names with values, each knowing its line.

Owns which part of YAML is allowed at all: every scalar is text; anchors, aliases, tags and a second
document are refused; size and depth are capped. Knows nothing of flows.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from bot.flows.findings import Finding
from bot.flows.model import Place
from bot.flows.syntax import explain

SIZE_LIMIT = 500_000
"""Characters of one file. The longest flow of a course is about 20,000."""

DEPTH_LIMIT = 12
"""How deep lists and names may nest. A flow needs five."""


@dataclass(slots=True)
class Text:
    """A scalar, as it was written. `cut` says that a comment follows after a single space, as if
    it were meant as part of the words."""

    value: str
    line: int
    cut: bool = False


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Entries:
    """Names with values, in order. A name that came twice is kept once."""

    line: int
    pairs: list[tuple[Text, Node]] = field(default_factory=list)

    def get(self, name: str) -> Node | None:
        """Give the value of a name."""
        return next((value for key, value in self.pairs if key.value == name), None)

    def key(self, name: str) -> Text | None:
        """Give the name itself, with its line."""
        return next((key for key, _ in self.pairs if key.value == name), None)


Node = Text | Items | Entries


def parse(source: str, file: str) -> tuple[Node | None, list[Finding]]:
    """Turn YAML into nodes. None where it cannot be read on; the findings say why."""
    if len(source) > SIZE_LIMIT:
        finding = Finding(
            "C105",
            Place(file, 1),
            f"This file has {len(source):,} characters; {SIZE_LIMIT:,} is the most.",
            "Split it into several files.",
        )
        return None, [finding]
    builder = _Builder(file, source)
    try:
        for event in yaml.parse(source, Loader=yaml.CSafeLoader):
            if not builder.take(event):
                return None, builder.findings
    except yaml.YAMLError as error:
        line, problem, instead = explain(error, source)
        return None, [*builder.findings, Finding("C101", Place(file, line), problem, instead)]
    return builder.root, builder.findings


class _Builder:
    """Puts the parser's events together; refuses what content may not use."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.lines = source.splitlines() if " #" in source else []
        self.findings: list[Finding] = []
        self.root: Node | None = None
        self.open: list[Items | Entries] = []
        self.names: list[Text | None] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Take one event; False stops the reading."""
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_shorthand(event)
            line = _line(event)
            text = Text(event.value.strip(), line, bool(self.lines) and self._cut(event))
            return self._put(text)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_shorthand(event)
            return self._enter(event)
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
            self.names.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._shorthand(event, f"`*{event.anchor}` is a YAML alias.")
            return self._put(Text("", _line(event)))
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._shorthand(event, "A line with `---` begins a second document.")
                return False
        return True

    def _enter(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> bool:
        line = _line(event)
        node = Entries(line) if isinstance(event, yaml.MappingStartEvent) else Items(line)
        if len(self.open) >= DEPTH_LIMIT:
            problem = f"This is nested more than {DEPTH_LIMIT} deep."
            self._find("C105", line, problem, "Check the indentation; a flow needs five levels.")
            return False
        if not self._put(node):
            return False
        self.open.append(node)
        self.names.append(None)
        return True

    def _put(self, node: Node) -> bool:
        """Put a node into the list or under the name that is open."""
        if not self.open:
            self.root = node
            return True
        inside = self.open[-1]
        if isinstance(inside, Items):
            inside.items.append(node)
            return True
        name = self.names[-1]
        if name is None:
            if not isinstance(node, Text):
                problem = "A list or a `{...}` stands where a name should."
                self._find("C101", node.line, problem, "Put the sentence in quotes.")
                return False
            self.names[-1] = node
            return True
        self.names[-1] = None
        earlier = inside.key(name.value)
        if earlier is None:
            inside.pairs.append((name, node))
        else:
            self._find(
                "C102",
                name.line,
                f"`{name.value}` stands here a second time; the first is in line {earlier.line}.",
                "Keep one of the two, or give this one another name.",
            )
        return True

    def _refuse_shorthand(
        self, event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent
    ) -> None:
        if event.anchor:
            self._shorthand(event, f"`&{event.anchor}` is a YAML anchor.")
        if event.tag and event.tag != "!":
            self._shorthand(event, f"`{event.tag}` is a YAML tag.")

    def _shorthand(self, event: yaml.Event, problem: str) -> None:
        instead = "Write the words out; a sentence that begins with & * or ! stands in quotes."
        self._find("C104", _line(event), problem, instead)

    def _find(self, code: str, line: int, problem: str, instead: str) -> None:
        self.findings.append(Finding(code, Place(self.file, line), problem, instead))

    def _cut(self, event: yaml.ScalarEvent) -> bool:
        """Whether a comment follows an unquoted scalar after a single space."""
        end = event.end_mark
        if event.style or end is None or end.line >= len(self.lines):
            return False
        return self.lines[end.line][end.column :].startswith(" #")


def _line(event: yaml.Event) -> int:
    """Give the line an event begins in, from 1."""
    return event.start_mark.line + 1 if event.start_mark else 1
