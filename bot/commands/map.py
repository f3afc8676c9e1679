"""`ajar map`: the flows as pictures, for whoever wants to see the way at a glance.

Owns where the pictures go: `map.md` with all flows in Mermaid (or `FLOW.md` with the only one), and
an SVG a flow beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.errors import AjarError
from bot.flows.content import Content
from bot.flows.drawing import mermaid, svg
from bot.flows.loading import read_content


def write_map(folder: Path, target: Path, only: str = "") -> list[Path]:
    """Draw the flows of a content folder into `target` and give what was written.

    With `only`, draws that flow alone. Raises `AjarError` where there is no such flow.
    """
    content, _ = read_content(folder)
    if only and only not in content.flows:
        raise AjarError(f"There is no flow `{only}`; there are {', '.join(content.flows)}.")
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, source in content.flows.items():
        if only in ("", name):
            path = target / f"{name}.svg"
            path.write_text(svg(source), encoding="utf-8")
            written.append(path)
    path = target / f"{only or 'map'}.md"
    path.write_text("\n".join(_page(content, only)), encoding="utf-8")
    return [*written, path]


def _page(content: Content, only: str) -> Iterator[str]:
    if not only:
        yield "# The flows\n"
        yield "Which flow goes through which other one:\n"
        yield "```mermaid\nflowchart LR"
        for name, source in content.flows.items():
            yield f'  f_{name.replace("-", "_")}["{name}"]'
            for visited in dict.fromkeys(s.visit for s in source.flow.steps.values() if s.visit):
                yield f"  f_{name.replace('-', '_')} --> f_{visited.replace('-', '_')}"
        yield "```\n"
    for name, source in content.flows.items():
        if only in ("", name):
            yield f"{'#' if only else '##'} {source.wording.title} (`{name}`)\n"
            yield f"![{source.wording.title}]({name}.svg)\n"
            yield f"```mermaid\n{mermaid(source)}```\n"
