"""From the nodes of a translation to a wording, and of house files to a house.

Owns what those two kinds of file may hold. Knows nothing of folders.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.flows.content import HouseSource, Shown, WordingSource
from bot.flows.house import Command, House
from bot.flows.model import Place, StepWords, Wording
from bot.flows.names import COMMANDS, HIDDEN_COMMANDS, is_id
from bot.flows.nodes import Entries, Node, Text
from bot.flows.reader import FLOW_NAMES, STEP_NAMES
from bot.flows.shape import Reading
from bot.flows.words import read_words

TRANSLATED_FLOW = ("flow", "title", "about", "steps")
TRANSLATED_STEP = (
    "say", "choose", "pick", "scale", "also understand", "if not understood", "alt", "wording",
)  # fmt: skip
HOUSE_NAMES = ("house", "name", "phrases", "commands", "stop words", "menu")


def read_wording(reading: Reading, root: Node, language: str, stem: str) -> WordingSource:
    """Read the translation of the flow `stem`."""
    top = reading.entries(root, "the file", "`flow: my-flow`, `title: ...`, `steps:`")
    _only_words(reading, top, TRANSLATED_FLOW, FLOW_NAMES, "at the top of a translation")
    node = reading.required(top, "flow", "at the top of this file", f"flow: {stem}")
    if node is not None and reading.text(node, "flow") not in ("", stem):
        problem = f"This file is called `{stem}.yaml`, but names another flow."
        reading.find("C110", node.line, problem, f"Write `flow: {stem}`.")
    texts: list[Shown] = []
    head: dict[str, str] = {}
    for name in ("title", "about"):
        written = top.get(name)
        head[name] = reading.text(written, name) if written is not None else ""
        if written is not None and head[name]:
            place = reading.place(written.line)
            texts.append(Shown(head[name], place, language, stem, "", name))
    words: dict[str, StepWords] = {}
    stamps: dict[str, str] = {}
    nodes: dict[str, Entries] = {}
    steps = top.get("steps")
    pairs = (
        reading.entries(steps, "steps", "`hello:` and below it `say: ...`").pairs if steps else []
    )
    for key, node in pairs:
        body = reading.entries(node, key.value, "`say: Hola.`")
        _only_words(reading, body, TRANSLATED_STEP, STEP_NAMES, "in a translated step")
        nodes[key.value] = Entries(key.line, body.pairs)
        words[key.value], shown = read_words(reading, body, language, stem, key.value)
        texts += shown
        mark = body.get("wording")
        if mark is not None:
            stamps[key.value] = reading.text(mark, "wording")
    wording = Wording(stem, language, head["title"], head["about"], words)
    return WordingSource(wording, top, nodes, tuple(texts), stamps, reading.place(top.line))


def _only_words(
    reading: Reading,
    entries: Entries,
    allowed: tuple[str, ...],
    elsewhere: tuple[str, ...],
    where: str,
) -> None:
    """Complain of what only the English file decides, apart from what means nothing at all."""
    for key, _ in entries.pairs:
        if key.value in elsewhere and key.value not in allowed:
            problem = f"`{key.value}` stands {where}, but only the English file decides that."
            reading.find("C605", key.line, problem, "Delete it here; a translation holds words.")
    kept = [pair for pair in entries.pairs if pair[0].value not in elsewhere]
    reading.known(Entries(entries.line, kept), allowed, where)


@dataclass(slots=True)
class HouseReader:
    """Gathers the house words of one language from several files."""

    language: str
    name: str = ""
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    commands: dict[str, Command] = field(default_factory=dict)
    stop_words: list[str] = field(default_factory=list)
    menu: list[str] = field(default_factory=list)
    texts: list[Shown] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def read(self, reading: Reading, root: Node) -> None:
        """Read one more file."""
        top = reading.entries(root, "the file", f"`house: {self.language}`, `phrases:`")
        reading.known(top, HOUSE_NAMES, "at the top of house words")
        node = reading.required(top, "house", "at the top of this file", f"house: {self.language}")
        if node is not None and reading.text(node, "house") not in ("", self.language):
            problem = f"This file lies in the folder `{self.language}`, but names another language."
            reading.find("C611", node.line, problem, f"Write `house: {self.language}`.")
        for key, value in top.pairs:
            if key.value == "name":
                self.name = reading.text(value, "name")
            elif key.value == "phrases":
                self._phrases(reading, value)
            elif key.value == "commands":
                self._commands(reading, value)
            elif key.value == "stop words":
                for text in reading.texts(value, key.value):
                    self.stop_words.append(self._keep(reading, text, "stop"))
            elif key.value == "menu":
                for text in reading.texts(value, key.value):
                    self.menu.append(text.value)
                    self.places[f"menu {text.value}"] = reading.place(text.line)

    def source(self) -> HouseSource:
        """Give what was gathered. A fallback is not part of it yet."""
        house = House(
            self.language,
            self.name or self.language,
            self.phrases,
            self.commands,
            tuple(self.stop_words),
            tuple(self.menu),
        )
        return HouseSource(house, tuple(self.texts), self.places)

    def _phrases(self, reading: Reading, node: Node) -> None:
        for key, value in reading.entries(node, "phrases", "`moved-on: The words.`").pairs:
            self._first(reading, key, f"phrase {key.value}")
            if not is_id(key.value):
                problem = f"`{key.value}` cannot be the name of a phrase."
                instead = "Use small letters a-z, digits and hyphens."
                reading.find("C108", key.line, problem, instead)
            texts = reading.texts(value, key.value)
            if texts:
                kept = tuple(self._keep(reading, text, "phrase", key.value) for text in texts)
                self.phrases[key.value] = kept

    def _commands(self, reading: Reading, node: Node) -> None:
        like = "`menu:` and below it `describe: ...` and `words: [menu, list]`"
        for key, value in reading.entries(node, "commands", like).pairs:
            self._first(reading, key, f"command {key.value}")
            if key.value not in (*COMMANDS, *HIDDEN_COMMANDS):
                reading.known(Entries(key.line, [(key, value)]), COMMANDS, "as a command")
                continue
            body = reading.entries(value, key.value, "`describe: ...` and `words: [menu, list]`")
            reading.known(body, ("describe", "words"), "in a command")
            describe = ""
            words: tuple[str, ...] = ()
            written = body.get("describe")
            if isinstance(written, Text) and reading.text(written, "describe"):
                describe = self._keep(reading, written, "describe", key.value)
            listed = body.get("words")
            if listed is not None:
                texts = reading.texts(listed, "words")
                words = tuple(self._keep(reading, text, "words", key.value) for text in texts)
            self.commands[key.value] = Command(key.value, describe, words)

    def _first(self, reading: Reading, key: Text, what: str) -> None:
        """Complain of a phrase or command that another file of this language gave already."""
        earlier = self.places.get(what)
        if earlier is not None:
            problem = f"`{key.value}` stands here a second time; the first is at {earlier}."
            reading.find("C102", key.line, problem, "Keep one of the two.")
        self.places[what] = reading.place(key.line)

    def _keep(self, reading: Reading, text: Text, slot: str, key: str = "") -> str:
        place = reading.place(text.line)
        self.texts.append(Shown(text.value, place, self.language, "", "", slot, key))
        return text.value
