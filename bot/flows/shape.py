"""Taking nodes apart with findings instead of exceptions.

Owns the sentences about a wrong kind of value, an unknown or missing name, an empty text. Knows
nothing of what a flow is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.flows.findings import Finding
from bot.flows.model import Place
from bot.flows.names import ID_LIMIT, RESERVED, SPECIAL, as_id, is_id, suggest
from bot.flows.nodes import Entries, Items, Node, Text

QUOTES = 'A sentence with a colon, or one that begins with { or [, stands in "quotes".'


@dataclass(slots=True)
class Reading:
    """One file being read: its name below the content folder and what there is to say about it."""

    file: str
    findings: list[Finding] = field(default_factory=list)

    def place(self, line: int) -> Place:
        """Give a line of this file as a place."""
        return Place(self.file, line)

    def find(self, code: str, line: int, problem: str, instead: str) -> None:
        """Write down a finding."""
        self.findings.append(Finding(code, self.place(line), problem, instead))

    def text(self, node: Node, what: str) -> str:
        """Give the text of a node; empty, with a finding, where there is none."""
        if not isinstance(node, Text):
            self.find("C106", node.line, f"`{what}` wants one text, not {_kind(node)}.", QUOTES)
            return ""
        if not node.value:
            self.find("C111", node.line, f"`{what}` is empty.", "Write the words, or delete it.")
        return node.value

    def texts(self, node: Node, what: str) -> list[Text]:
        """Give one text, or a list of texts, as a list."""
        nodes = node.items if isinstance(node, Items) else [node]
        if not nodes:
            self.find("C111", node.line, f"`{what}` is empty.", "Write the words, or delete it.")
        return [n for n in nodes if self.text(n, what) and isinstance(n, Text)]

    def entries(self, node: Node, what: str, like: str) -> Entries:
        """Give names with values; none, with a finding, where it is something else."""
        if isinstance(node, Entries):
            if not node.pairs:
                problem = f"`{what}` is empty."
                self.find("C111", node.line, problem, f"Write it like this: {like}.")
            return node
        if isinstance(node, Text) and not node.value:
            self.find("C111", node.line, f"`{what}` is empty.", f"Write it like this: {like}.")
        else:
            problem = f"`{what}` wants names with values, not {_kind(node)}."
            self.find("C106", node.line, problem, f"Write it like this: {like}.")
        return Entries(node.line)

    def known(self, entries: Entries, names: Sequence[str], where: str) -> None:
        """Complain of names that mean nothing here."""
        for key, _ in entries.pairs:
            if key.value not in names:
                problem = f"`{key.value}` means nothing {where}."
                self.find("C103", key.line, problem, suggest(key.value, names))

    def required(self, entries: Entries, name: str, where: str, like: str) -> Node | None:
        """Give the value of a name that has to be there."""
        node = entries.get(name)
        if node is None:
            problem = f"`{name}:` is missing {where}."
            self.find("C107", entries.line, problem, f"Add a line like `{like}`.")
        return node

    def checked_id(self, text: Text, what: str) -> str:
        """Give an id, with a finding where it is misshapen or taken."""
        name = text.value
        if not name:
            self.find("C111", text.line, f"The name of {what} is empty.", "Give it a short name.")
        elif not is_id(name):
            problem = f"`{name}` cannot be the name of {what}."
            instead = (
                f"Use small letters a-z, digits and hyphens, at most {ID_LIMIT}: "
                f"for example `{as_id(name)}`."
            )
            self.find("C108", text.line, problem, instead)
        elif name in RESERVED and not (what == "a flow" and name in SPECIAL):
            problem = f"`{name}` is a word of Ajar's own and cannot be the name of {what}."
            self.find("C109", text.line, problem, f"Choose another, for example `{name}-here`.")
        return name


def _kind(node: Node) -> str:
    if isinstance(node, Items):
        return "a list"
    return "names with values" if isinstance(node, Entries) else "one text"
