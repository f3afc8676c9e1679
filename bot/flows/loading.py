"""A content folder, read whole.

Owns which file is what, and what may be used when something in it is wrong: any error in English
refuses the whole; an error in a translation leaves out that file, and English stands in. Knows
nothing of people.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import re
from dataclasses import replace
from pathlib import Path

from bot.errors import ContentError
from bot.flows.checks import check_all
from bot.flows.content import Content, FlowSource, Point, Recognise, WordingSource
from bot.flows.crisis_lines import FILE as LINES_FILE
from bot.flows.crisis_lines import CrisisLines, load_crisis_lines
from bot.flows.danger_rules import Rules
from bot.flows.findings import Finding, errors, in_order
from bot.flows.house import House
from bot.flows.library import MASTER, Library, bare
from bot.flows.nodes import Entries, Node, Text, parse
from bot.flows.outline import read_outline
from bot.flows.reader import read_flow
from bot.flows.reader_words import HouseReader, read_wording
from bot.flows.recognising import FILES as RECOGNISER_FILES
from bot.flows.recognising import load_rules
from bot.flows.safety_rules import FILE as RULES_FILE
from bot.flows.shape import Reading

NOT_FLOWS = frozenset(RECOGNISER_FILES)
"""Files of a language folder that are read elsewhere."""

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


def load(folder: Path, recognise: Recognise | None = None) -> Library:
    """Give the content of a folder. Raises `ContentError` with every error, one sentence each."""
    library, findings = read(folder, recognise, played=False)
    if library is None:
        wrong = "\n".join(str(finding) for finding in _refusing(findings))
        raise ContentError(f"The content in {folder.name} cannot be used:\n{wrong}")
    return replace(library, safety=rules_of(folder), lines=lines_of(folder))


def load_bare(folder: Path) -> Library:
    """Give what is left when the content cannot be used: help in danger. Never raises."""
    kept = bare()
    with contextlib.suppress(ContentError, OSError):
        kept = replace(kept, safety=rules_of(folder))
    with contextlib.suppress(ContentError, OSError):
        kept = replace(kept, lines=lines_of(folder))
    return kept


def rules_of(folder: Path) -> Rules:
    """Read the rules of danger of a folder; one without any uses those Ajar came with."""
    own = any(folder.glob(f"*/{RULES_FILE}"))
    return load_rules(folder if own else shipped_content() or folder)


def lines_of(folder: Path) -> CrisisLines:
    """Read the crisis lines of a folder; one without any uses those Ajar came with."""
    own = (folder / LINES_FILE).is_file()
    return load_crisis_lines(folder if own else shipped_content() or folder)


def shipped_content() -> Path | None:
    """Give the content that came with Ajar: beside the program in a checkout, else as installed."""
    beside = Path(__file__).resolve().parent.parent.parent / "content"
    if beside.is_dir():
        return beside
    installed = importlib.util.find_spec("ajar_content")
    places = installed.submodule_search_locations if installed else None
    return Path(next(iter(places))) if places else None


def read(
    folder: Path, recognise: Recognise | None = None, *, played: bool = True
) -> tuple[Library | None, list[Finding]]:
    """Give the content of a folder and everything there is to say about it.

    Without `played` the transcripts are left alone: a program that only runs has no use for them.
    The library is None where an error keeps it from being used. Raises `ContentError` where there
    is no such folder, or nothing in it.
    """
    content, findings = examine(folder, recognise, played=played)
    if _refusing(findings):
        return None, findings
    left_out = {finding.place.file for finding in errors(findings)}
    return _library(content, left_out), findings


def examine(
    folder: Path, recognise: Recognise | None = None, *, played: bool = True
) -> tuple[Content, list[Finding]]:
    """Read and check a folder: all of its content, and all findings in order."""
    content, findings = read_content(folder, recognise, played=played)
    return content, in_order([*findings, *check_all(content)])


def read_content(
    folder: Path, recognise: Recognise | None = None, *, played: bool = True
) -> tuple[Content, list[Finding]]:
    """Read every file of a folder, unchecked, with the findings about its form."""
    if not folder.is_dir():
        raise ContentError(f"There is no folder {folder}; set CONTENT_DIR to the content folder.")
    reader = _FolderReader(folder)
    reader.read_language(MASTER)
    for language in sorted(path.name for path in folder.iterdir() if path.is_dir()):
        if language != MASTER and _LANGUAGE.fullmatch(language):
            reader.read_language(language)
    if not reader.flows and not reader.findings:
        raise ContentError(f"There is no flow in {folder / MASTER}; write one, or set CONTENT_DIR.")
    content = Content(
        reader.flows,
        reader.wordings,
        {language: house.source() for language, house in reader.houses.items()},
        frozenset(reader.broken),
        {path.relative_to(folder).as_posix(): path.stat().st_size for path in _pictures(folder)},
        reader.read_outline(),
        reader.read_transcripts() if played else None,
        recognise,
        reader.digest.hexdigest()[:12],
    )
    return content, reader.findings


class _FolderReader:
    """Goes through a content folder, file by file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.digest = hashlib.sha256()
        self.findings: list[Finding] = []
        self.flows: dict[str, FlowSource] = {}
        self.wordings: dict[str, dict[str, WordingSource]] = {}
        self.houses: dict[str, HouseReader] = {}
        self.broken: set[str] = set()

    def read_language(self, language: str) -> None:
        """Read the flows or translations, then the house words, of one language."""
        for path in _yaml(self.folder / language):
            if path.name not in NOT_FLOWS:
                self._read_flow(path, language)
        for path in _yaml(self.folder / language / "house"):
            reading, root = self._open(path)
            if root is not None:
                house = self.houses.setdefault(language, HouseReader(language))
                house.read(reading, root)
            self.findings += reading.findings

    def _read_flow(self, path: Path, language: str) -> None:
        reading, root = self._open(path)
        if path.suffix != ".yaml":
            problem = f"`{path.name}` is not read: its name has to end with `.yaml`."
            reading.find("C119", 1, problem, f"Call it `{path.stem}.yaml`.")
        elif root is None:
            self.broken.add(path.stem)
        elif language == MASTER:
            self.flows[path.stem] = read_flow(reading, root, path.stem)
        else:
            wording = read_wording(reading, root, language, path.stem)
            self.wordings.setdefault(language, {})[path.stem] = wording
        self.findings += reading.findings

    def read_outline(self) -> tuple[Point, ...]:
        """Read the points every course has to carry, if the folder names them."""
        path = self.folder / "outline.yaml"
        if not path.is_file():
            return ()
        reading, root = self._open(path)
        points = read_outline(reading, root) if root is not None else ()
        self.findings += reading.findings
        return points

    def read_transcripts(self) -> frozenset[str] | None:
        """Give the flows that some transcript begins with; None where there are no transcripts."""
        played: set[str] = set()
        paths = _yaml(self.folder / "transcripts")
        for path in paths:
            reading, root = self._open(path)
            self.findings += reading.findings
            flow = root.get("flow") if isinstance(root, Entries) else None
            if isinstance(flow, Text):
                played.add(flow.value)
        return frozenset(played) if paths else None

    def _open(self, path: Path) -> tuple[Reading, Node | None]:
        """Read a file into nodes, with the findings about its form."""
        reading = Reading(path.relative_to(self.folder).as_posix())
        try:
            data = path.read_bytes()
        except OSError as error:
            problem = f"This file cannot be opened: {error.strerror}."
            reading.find("C119", 1, problem, "Let whoever runs Ajar read it.")
            return reading, None
        self.digest.update(reading.file.encode() + b"\0" + data + b"\0")
        try:
            source = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            problem = "This line holds a character that is not written as UTF-8."
            reading.find("C119", line, problem, "Save the file again with the encoding UTF-8.")
            return reading, None
        root, findings = parse(source, reading.file)
        reading.findings += findings
        if root is None and not findings:
            reading.find("C107", 1, "This file is empty.", "Write something, or delete the file.")
        return reading, root


def _yaml(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.y*ml") if path.is_file())


def _pictures(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.suffix.lower() in PICTURES]


def _refusing(findings: list[Finding]) -> list[Finding]:
    """Give the errors that no other language can stand in for."""
    return [finding for finding in errors(findings) if not _in_translation(finding.place.file)]


def _in_translation(file: str) -> bool:
    language, slash, _ = file.partition("/")
    return bool(slash) and language != MASTER and _LANGUAGE.fullmatch(language) is not None


def _library(content: Content, left_out: set[str]) -> Library:
    wordings = {MASTER: {name: source.wording for name, source in content.flows.items()}}
    for language, sources in content.wordings.items():
        wordings[language] = {
            name: source.wording
            for name, source in sources.items()
            if source.place.file not in left_out
        }
    houses: dict[str, House] = {}
    master = content.houses.get(MASTER)
    houses[MASTER] = master.house if master else House(MASTER, "English")
    for language, source in content.houses.items():
        if language != MASTER:
            houses[language] = replace(
                source.house,
                menu=source.house.menu or houses[MASTER].menu,
                fallback=houses[MASTER],
            )
    flows = {name: source.flow for name, source in content.flows.items()}
    languages = (
        MASTER,
        *(
            language
            for language in content.languages()
            if language in houses and language != MASTER
        ),
    )
    return Library(flows, wordings, houses, content.version, languages)
