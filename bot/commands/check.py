"""`ajar check`: everything there is to say about a content folder.

Owns how findings are shown and which exit code they give: 0 no errors, 1 errors, 2 cannot run. What
is checked is the business of `bot.flows`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from bot.engine.safety import safe_recognise
from bot.errors import ContentError
from bot.flows.checks_coverage import coverage
from bot.flows.content import Content, Recognise
from bot.flows.danger_rules import Rules
from bot.flows.findings import Finding, Severity
from bot.flows.library import MASTER
from bot.flows.loading import examine
from bot.flows.model import Place
from bot.flows.recognising import load_rules
from bot.flows.safety_rules import FILE
from bot.flows.stamping import stamped

GOOD = 0
FINDINGS = 1
CANNOT_RUN = 2


def check(folder: Path, out: TextIO, *, as_json: bool = False, strict: bool = False) -> int:
    """Tell everything that is wrong in a folder; `strict` lets warnings count as errors."""
    try:
        content, findings = _examine(folder)
    except ContentError as error:
        return _cannot(str(error), out, as_json=as_json)
    errors = [f for f in findings if f.severity is Severity.ERROR]
    warnings = [f for f in findings if f.severity is Severity.WARNING]
    if as_json:
        _write_json(findings, out)
    else:
        # Errors stand last: in a long list they are what is still on the screen.
        _write("warnings", warnings, out)
        _write("errors", errors, out)
        out.write(_summary(content, len(errors), len(warnings)) + "\n")
    return FINDINGS if errors or (strict and warnings) else GOOD


def show_coverage(folder: Path, out: TextIO) -> int:
    """Print which steps carry which point of the outline; 1 where a point is carried by none."""
    try:
        content, _ = _examine(folder)
    except ContentError as error:
        return _cannot(str(error), out)
    if not content.outline:
        return _cannot(f"There is no outline.yaml in {folder}.", out)
    carried = coverage(content)
    width = max(len(point.label) for point in content.outline)
    bare = 0
    for point in content.outline:
        steps = carried[point.code]
        bare += not steps
        places = ", ".join(steps) if steps else "— nowhere"
        out.write(f"{point.code:<7}{point.label:<{width}}  {places}\n")
    total = len(content.outline)
    out.write(f"{total - bare} of {total} points are carried by a step that can be reached.\n")
    return FINDINGS if bare else GOOD


def stamp(folder: Path, language: str, out: TextIO) -> int:
    """Mark every translated step of a language as made from today's English words."""
    try:
        content, _ = _examine(folder)
    except ContentError as error:
        return _cannot(str(error), out)
    translated = content.wordings.get(language, {})
    if language == MASTER or not translated:
        return _cannot(f"There are no translated flows in {folder / language}.", out)
    total = 0
    for name, own in translated.items():
        master = content.flows.get(name)
        path = folder / own.place.file
        if master is None:
            continue
        text, changed = stamped(path.read_text(encoding="utf-8"), master, own)
        if changed:
            path.write_text(text, encoding="utf-8")
            out.write(f"{own.place.file}: {_count(changed, 'step')} marked.\n")
        total += changed
    out.write(f"{_count(total, 'step')} marked as made from today's English.\n")
    return GOOD


def _examine(folder: Path) -> tuple[Content, list[Finding]]:
    """Read and check a folder, its safety rules included."""
    recognise: Recognise | None = None
    extra: list[Finding] = []
    if list(folder.glob(f"*/{FILE}")):
        try:
            recognise = _recogniser(load_rules(folder))
        except ContentError as error:
            place = Place(f"{MASTER}/{FILE}", 1)
            extra = [Finding("C119", place, str(error), "Until then nobody in danger is noticed.")]
    content, findings = examine(folder, recognise)
    return content, [*extra, *findings]


def _recogniser(rules: Rules) -> Recognise:
    def recognise(language: str, text: str) -> str:
        danger = safe_recognise(rules, text, language)
        return danger.category if danger else ""

    return recognise


def _write(what: str, findings: Sequence[Finding], out: TextIO) -> None:
    if not findings:
        return
    out.write(f"{what.capitalize()}\n")
    for finding in findings:
        out.write(f"  {finding.place}  {finding.code}\n")
        out.write(f"    {finding.problem}\n    {finding.instead}\n")
    out.write("\n")


def _write_json(findings: Sequence[Finding], out: TextIO) -> None:
    listed = [
        {
            "code": finding.code,
            "severity": str(finding.severity),
            "file": finding.place.file,
            "line": finding.place.line,
            "problem": finding.problem,
            "instead": finding.instead,
        }
        for finding in findings
    ]
    json.dump({"findings": listed}, out, ensure_ascii=False, indent=2)
    out.write("\n")


def _summary(content: Content, errors: int, warnings: int) -> str:
    languages = ", ".join(content.languages())
    read = f"{_count(len(content.flows), 'flow')} in {languages}"
    if not errors and not warnings:
        return f"{read}: nothing to mend."
    return f"{read}: {_count(errors, 'error')}, {_count(warnings, 'warning')}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _cannot(sentence: str, out: TextIO, *, as_json: bool = False) -> int:
    out.write((json.dumps({"error": sentence}) if as_json else sentence) + "\n")
    return CANNOT_RUN
