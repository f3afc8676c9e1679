"""Writing the mark of today's English words into a translated file, touching nothing else of it.

Owns that edit, from text to text. Knows nothing of files.
"""

from __future__ import annotations

import re

from bot.flows.content import FlowSource, WordingSource
from bot.flows.words import stamp

_VALUE = re.compile(r"^(\s*wording:)\s*[^\s#]*")


def stamped(text: str, master: FlowSource, own: WordingSource) -> tuple[str, int]:
    """Give the file's text with every step marked, and how many marks changed.

    Steps that English does not have are left as they are, and so are steps written on one line.
    """
    lines = text.splitlines(keepends=True)
    changed = 0
    for name, step in sorted(own.steps.items(), key=lambda item: item[1].line, reverse=True):
        words = master.wording.steps.get(name)
        if words is None or own.stamps.get(name) == stamp(words):
            continue
        key = step.key("wording")
        first = step.pairs[0][0] if step.pairs else None
        if key is not None:
            lines[key.line - 1] = _VALUE.sub(rf"\g<1> {stamp(words)}", lines[key.line - 1])
        elif first is not None and first.line > step.line:
            line = lines[first.line - 1]
            indent = line[: len(line) - len(line.lstrip())]
            lines.insert(step.line, f"{indent}wording: {stamp(words)}\n")
        else:
            continue
        changed += 1
    return "".join(lines), changed
