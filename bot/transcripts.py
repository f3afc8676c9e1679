"""Conversations written down as YAML, played as tests, and written anew on request.

Owns the form of a transcript and its coverage of steps and branches. The playing itself is
`bot.testing`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.engine.consent import TEXT_VERSION
from bot.engine.conversation import Consent
from bot.errors import ContentError
from bot.flows.library import Library
from bot.replies import plain
from bot.testing import Player

SHOWN = 60
"""Characters of a message that a rewritten transcript keeps: enough to know it by."""

SPANS = {"minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}

_WAIT = re.compile(r"(\d+) (minute|hour|day|week)s?")

Point = tuple[str, str, int]
"""(flow, step, -1) for a step entered, (flow, step, n) for the n-th line of its `go:` taken."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """One conversation: `flow` is opened first, then each line of `talk` is said or expected.

    A line is (`ajar`, the beginning of a message), (`tap`, a label), (`type`, words) or
    (`wait`, a time such as `2 days`).
    """

    path: Path
    name: str
    flow: str
    language: str
    keep: str
    talk: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Played:
    """What came of playing a transcript; not `whole` where something in it cannot be done."""

    whole: bool = True
    problems: list[str] = field(default_factory=list)
    covered: set[Point] = field(default_factory=set)
    talk: list[tuple[str, str]] = field(default_factory=list)


def read_transcripts(folder: Path) -> list[Transcript]:
    """Read every transcript of a content folder.

    Raises `ContentError` naming the file that is not a transcript.
    """
    return [_read(path) for path in sorted((folder / "transcripts").glob("*.yaml"))]


def play(library: Library, transcript: Transcript) -> Played:
    """Play a transcript; every difference is one problem, in words."""
    result = Played()
    player = Player(library, locale=transcript.language).at_home()
    player.talk.consent = Consent(transcript.keep, TEXT_VERSION, 0)
    expected: list[str] = []
    shown = _begin(player, transcript, result)
    for kind, words in transcript.talk:
        if kind == "ajar":
            expected.append(words)
            continue
        _compare(result, expected, shown)
        expected = []
        try:
            _act(player, kind, words)
        except AssertionError as problem:
            result.problems.append(f"{kind} “{words}”: {problem}")
            result.whole = False
            return result
        result.talk.append((kind, words))
        shown = _shown(player, result)
    _compare(result, expected, shown)
    return result


def rewrite(transcript: Transcript, played: Played) -> None:
    """Write a transcript anew: the same taps and words, with what Ajar says to them today."""
    head: dict[str, Any] = {"transcript": transcript.name, "flow": transcript.flow}
    if transcript.language != "en":
        head["language"] = transcript.language
    if transcript.keep != "words":
        head["keep"] = transcript.keep
    head["talk"] = [{kind: words} for kind, words in played.talk]
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=100)
    transcript.path.write_text(text, encoding="utf-8")


def points(library: Library, flows: Iterable[str] | None = None) -> set[Point]:
    """List every step and every branch there is to cover."""
    wanted = set(flows) if flows is not None else set(library.flows)
    found: set[Point] = set()
    for flow in library.flows.values():
        if flow.id in wanted:
            for step in flow.steps.values():
                found.add((flow.id, step.id, -1))
                found |= {(flow.id, step.id, index) for index in range(len(step.go))}
    return found


def uncovered(
    library: Library, covered: set[Point], flows: Iterable[str] | None = None
) -> list[str]:
    """Name the steps and branches that nothing goes through, with file and line."""
    lines = []
    for flow, step, index in sorted(points(library, flows) - covered):
        found = library.flows[flow].steps[step]
        if index < 0:
            lines.append(f"{found.place}: step `{step}` of `{flow}`")
        else:
            branch = found.go[index]
            lines.append(f"{branch.place}: from `{step}` to `{branch.to}` in `{flow}`")
    return lines


def _begin(player: Player, transcript: Transcript, result: Played) -> list[str]:
    if transcript.flow == "welcome":
        player.send("/start")
    else:
        player.open_flow(transcript.flow)
    return _shown(player, result)


def _act(player: Player, kind: str, words: str) -> None:
    if kind == "tap":
        player.tap(words)
    elif kind == "type":
        player.send(words)
    else:
        span = _WAIT.fullmatch(words)
        if span is None:
            raise AssertionError("write a time such as “2 days” or “3 hours”")
        player.wait(timedelta(seconds=int(span[1]) * SPANS[f"{span[2]}s"]))


def _shown(player: Player, result: Played) -> list[str]:
    result.covered |= set(player.last.trace)
    said = [" ".join(plain(reply.text).split()) for reply in player.seen if not reply.closes]
    result.talk += [
        ("ajar", text if len(text) <= SHOWN else text[:SHOWN].rstrip()) for text in said
    ]
    return said


def _compare(result: Played, expected: Sequence[str], shown: Sequence[str]) -> None:
    if not expected:
        return
    if len(expected) != len(shown) or not all(
        said.startswith(" ".join(words.split()))
        for words, said in zip(expected, shown, strict=True)
    ):
        wanted = " / ".join(expected)
        result.problems.append(f"expected “{wanted}”, but Ajar said “{' / '.join(shown)}”")


def _read(path: Path) -> Transcript:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes only texts, lists and mappings
        talk = tuple((str(k), str(v)) for line in data["talk"] for k, v in line.items())
        strange = {kind for kind, _ in talk} - {"ajar", "tap", "type", "wait"}
        if strange:
            raise ContentError(
                f"{path.name}: `{strange.pop()}` is not one of ajar, tap, type, wait."
            )
        return Transcript(
            path,
            data["transcript"],
            data["flow"],
            data.get("language", "en"),
            data.get("keep", "words"),
            talk,
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        raise ContentError(
            f"{path.name} is not a transcript: it needs `transcript:`, `flow:` and a list `talk:`."
        ) from problem
