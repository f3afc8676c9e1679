"""Laying out small content folders for tests."""

from __future__ import annotations

import textwrap
from pathlib import Path

HELLO = "flow: hello\ntitle: Hello\nstart: hi\nsteps:\n  hi:\n    say: Hi.\n    go: end\n"


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder; texts may be indented as a whole."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def a_flow(steps: str, start: str = "hi") -> str:
    """Give a flow `hello` with these steps."""
    head = f"flow: hello\ntitle: Hello\nstart: {start}\nsteps:\n"
    return head + textwrap.indent(textwrap.dedent(steps).strip("\n") + "\n", "  ")
