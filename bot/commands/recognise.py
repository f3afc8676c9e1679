"""`ajar recognise`: try the safety rules on examples. Nothing is stored or logged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from bot.engine.safety import recognise as recognise_danger
from bot.errors import AjarError
from bot.flows.safety_rules import load_rules


def recognise(content: Path, lines: Iterable[str], out: TextIO) -> None:
    """Read `{"id", "text", "lang"}` a line; write `{"id", "crisis", "tier", "category"}` a line.

    Raises `AjarError` naming the first line that cannot be read.
    """
    rules = load_rules(content)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        asked = _asked(line, number)
        danger = recognise_danger(rules, asked["text"], str(asked.get("lang") or "en"))
        answer = {
            "id": asked.get("id"),
            "crisis": danger is not None,
            "tier": str(danger.tier) if danger else None,
            "category": danger.category if danger else None,
        }
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    out.flush()


def _asked(line: str, number: int) -> dict[str, str]:
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
