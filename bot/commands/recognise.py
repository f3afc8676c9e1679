"""`ajar recognise`: try the safety rules on examples. Nothing is stored or logged."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import typer

from bot.engine.safety import recognise as find_danger
from bot.errors import AjarError
from bot.flows.library import MASTER
from bot.flows.recognising import load_rules


def recognise(
    content: Path, lines: Iterable[str], out: TextIO, problems: TextIO | None = None
) -> None:
    """Read `{"id", "text", "lang"}` a line; write `{"id", "crisis", "tier", "category"}` a line.

    A line that cannot be read gets one sentence with its number on `problems` (standard error);
    the others are answered all the same, and the command then ends with exit code 1.
    """
    wrong: list[str] = []
    out.writelines(answer + "\n" for answer in answers(lines, content, wrong))
    out.flush()
    for sentence in wrong:
        (problems or sys.stderr).write(sentence + "\n")
    if wrong:
        raise typer.Exit(1)


def answers(lines: Iterable[str], folder: Path, wrong: list[str]) -> Iterator[str]:
    """Give the answer to every line that can be read, in order; sentences about others go to
    `wrong`. Raises `ContentError` where the rules themselves cannot be read."""
    rules = load_rules(folder)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            asked = _asked(line, number)
        except AjarError as error:
            wrong.append(str(error))
            continue
        danger = find_danger(rules, str(asked["text"]), str(asked.get("lang") or MASTER))
        yield json.dumps(
            {
                "id": asked.get("id"),
                "crisis": danger is not None,
                "tier": str(danger.tier) if danger else None,
                "category": danger.category if danger else None,
            },
            ensure_ascii=False,
        )


def _asked(line: str, number: int) -> dict[str, object]:
    try:
        asked = json.loads(line)
    except json.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise AjarError(
            f'Line {number} cannot be read: each line has to be like {{"id": 1, "text": "...", '
            '"lang": "en"}.'
        )
    return asked
