"""`ajar explore`: walk every path of the flows and tell what a person could run into.

Owns how that is shown and which exit code it gives: 0 nothing to mend, 1 problems. The walking is
the business of `bot.explore`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from bot.errors import AjarError
from bot.explore.found import Explored, Problem
from bot.explore.playing import told
from bot.explore.search import STATE_LIMIT
from bot.explore.search import explore as walk
from bot.flows.library import Library
from bot.flows.loading import load
from bot.transcripts import points, uncovered

GOOD = 0
FINDINGS = 1


def explore(
    folder: Path,
    flow: str,
    out: TextIO,
    *,
    as_json: bool = False,
    limit: int = STATE_LIMIT,
    seed: int = 1,
) -> int:
    """Walk one flow, or all of them, and tell what was found.

    Raises `ContentError` where the content cannot be read, `AjarError` where there is no such flow.
    """
    library = load(folder)
    if flow and flow not in library.flows:
        raise AjarError(f"There is no flow `{flow}`; there are {', '.join(library.flows)}.")
    wanted = [flow] if flow else list(library.flows)
    reports = []
    for name in wanted:
        found = walk(library, name, limit=limit, seed=seed)
        report = _report(library, found)
        reports.append(report)
        if not as_json:
            _write(library, found, report, seed, out)
    if as_json:
        json.dump({"flows": reports}, out, ensure_ascii=False, indent=2)
        out.write("\n")
    return FINDINGS if any(r["problems"] or r["never_reached"] for r in reports) else GOOD


def _report(library: Library, found: Explored) -> dict[str, Any]:
    there = points(library, [found.flow])
    reached = found.covered & there
    steps = [
        {
            "step": step.id,
            "place": str(step.place),
            "reached": (found.flow, step.id, -1) in reached,
            "branches": len(step.go),
            "taken": sum((found.flow, step.id, n) in reached for n in range(len(step.go))),
        }
        for step in library.flows[found.flow].steps.values()
    ]
    return {
        "flow": found.flow,
        "states": found.states,
        "exhaustive": found.exhaustive,
        "longest_questions": found.questions,
        "longest_minutes": round(found.minutes, 1),
        "steps": steps,
        "never_reached": uncovered(library, found.covered, [found.flow]),
        "problems": [
            {"problem": problem.what, "transcript": _transcript(library, problem)}
            for problem in found.problems
        ],
    }


def _transcript(library: Library, problem: Problem) -> list[dict[str, str]]:
    shown = told(library, problem.path, problem.what)
    lines = [("flow", shown.flow), *shown.talk]
    return [{kind: words} for kind, words in lines]


def _write(
    library: Library, found: Explored, report: dict[str, Any], seed: int, out: TextIO
) -> None:
    how = "all walked" if found.exhaustive else f"then walks at random (seed {seed})"
    out.write(
        f"{found.flow}: {found.states:,} states, {how}; the longest way has {found.questions} "
        f"questions and takes {found.minutes:.0f} minutes.\n"
    )
    steps = library.flows[found.flow].steps
    reached = sum(step["reached"] for step in report["steps"])
    branches = sum(step["branches"] for step in report["steps"])
    taken = sum(step["taken"] for step in report["steps"])
    out.write(f"  {reached} of {len(steps)} steps, {taken} of {branches} branches.\n")
    _list("  Never reached:", report["never_reached"], out)
    for problem in report["problems"]:
        lines = (
            f"{kind}: {words}" for each in problem["transcript"] for kind, words in each.items()
        )
        _list(f"  Problem: {problem['problem']}. The shortest way there:", lines, out)


def _list(title: str, lines: Iterable[str], out: TextIO) -> None:
    listed = list(lines)
    if listed:
        out.write(title + "\n")
        out.writelines(f"    {line}\n" for line in listed)
