"""Drawing a flow: as Mermaid for Markdown, and as an SVG that needs nothing else.

Owns what is shown of a step: its name, its first words, the conditions on its ways. Knows nothing
of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from bot.flows.content import FlowSource
from bot.flows.layout import Point, lay_out
from bot.flows.lines import split_way
from bot.flows.model import END, Step
from bot.flows.nodes import Items, Text

WORDS = 30
"""Characters of a step's words that are shown."""

LABEL = 30
"""Characters of a condition that are shown."""

NAME = 26
"""Characters of a step's name that are shown."""

WIDTH, HEIGHT = 200, 50
COLUMN, ROW = 215, 120
MARGIN = 30
"""Pixels: a step, the distance of two, and the edge of the drawing."""


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow from one step to another; `later` for a check-in."""

    step: str
    to: str
    label: str
    later: bool = False


def ways(source: FlowSource) -> Iterator[Way]:
    """Give every arrow of a flow, with the writer's own words on it."""
    for step in source.flow.steps.values():
        node = source.steps[step.id].get("go")
        lines = node.items if isinstance(node, Items) else [node]
        for line in lines:
            if isinstance(line, Text):
                to, condition = split_way(line.value)
                label = (condition or "").removeprefix(f"{step.id} ").removeprefix("is ")
                yield Way(step.id, to, _short(label, LABEL))
        if step.check_in is not None:
            ahead = step.check_in
            label = f"in {ahead.days} days" if ahead.days else f"in {ahead.hours} hours"
            yield Way(step.id, ahead.step, label.replace("in 1 days", "next day"), later=True)


def mermaid(source: FlowSource) -> str:
    """Give a flow as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    for step in source.flow.steps.values():
        opening, closing = ("{{", "}}") if step.question is not None else ("[", "]")
        text = _mermaid_text(f"{step.id}<br>{_first_words(source, step)}")
        lines.append(f'  {_node(step.id)}{opening}"{text}"{closing}')
        if step.visit:
            lines.append(f'  {_node(step.id)} -.- {_node(step.id)}_visit[["{step.visit}"]]')
    lines.append('  END(["end"])')
    for way in ways(source):
        arrow = "-.->" if way.later else "-->"
        label = f'|"{_mermaid_text(way.label)}"|' if way.label else ""
        lines.append(f"  {_node(way.step)} {arrow}{label} {_node(way.to)}")
    return "\n".join(lines) + "\n"


def _node(step: str) -> str:
    """Give a name Mermaid takes: `end` and hyphens mean something there."""
    return "END" if step == END else "s_" + step.replace("-", "_")


def _mermaid_text(text: str) -> str:
    return text.replace('"', "#quot;").replace("`", "'")


def svg(source: FlowSource) -> str:
    """Give a flow as an SVG. Ways to the end are a small mark below the step, not an arrow."""
    steps = source.flow.steps
    arrows = [way for way in ways(source) if way.to in steps]
    drawn = lay_out(source.flow.start, list(steps), [(way.step, way.to) for way in arrows])
    wide = max((x for x, _ in drawn.nodes.values()), default=0.0)
    for points in drawn.edges.values():
        wide = max(wide, *(x for x, _ in points))
    width = round(wide * COLUMN + WIDTH + 2 * MARGIN)
    height = (drawn.layers - 1) * ROW + HEIGHT + 2 * MARGIN + 20
    title = escape(source.wording.title)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" aria-label="{title}">'
        ),
        f"<title>{title}</title>",
        _STYLE,
        f'<rect class="page" width="{width}" height="{height}"/>',
    ]
    labels: list[str] = []
    ports = _ports(arrows, {name: x for name, (x, _) in drawn.nodes.items()})
    for way in dict.fromkeys(arrows):
        if way.step != way.to:
            bends = [_pixel(point) for point in drawn.edges[way.step, way.to]]
            line, label = _arrow(way, bends, *ports[way])
            parts.append(line)
            labels.append(label)
    ending = {way.step: way.label for way in ways(source) if way.to == END}
    for name, place in drawn.nodes.items():
        parts.append(_box(source, steps[name], _pixel(place), ends=name in ending))
    return "\n".join([*parts, *labels, "</svg>"]) + "\n"


_STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #223; }
.page { fill: #fbfaf7; }
.step { fill: #fff; stroke: #8a8f98; }
.asks { fill: #eef4f0; stroke: #4f7a64; }
.name { font-weight: 600; }
.words { fill: #556; font-size: 11px; }
.way { fill: none; stroke: #8a8f98; }
.later { stroke-dasharray: 3 4; }
.label { font-size: 10px; fill: #335; paint-order: stroke; stroke: #fbfaf7; stroke-width: 4px; }
.end { fill: #8a8f98; }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"
orient="auto"><path d="M0 0 8 4 0 8z" fill="#8a8f98"/></marker></defs>"""


def _pixel(point: Point) -> Point:
    """Give the middle of a place in pixels."""
    x, y = point
    return MARGIN + WIDTH / 2 + x * COLUMN, MARGIN + HEIGHT / 2 + y * ROW


def _ports(arrows: list[Way], x: Mapping[str, float]) -> dict[Way, tuple[float, int]]:
    """Give each arrow its place along the lower side of its step, from left to right."""
    ports: dict[Way, tuple[float, int]] = {}
    for step in dict.fromkeys(way.step for way in arrows):
        out = dict.fromkeys(way for way in arrows if way.step == step)
        own = sorted(out, key=lambda way: x[way.to])
        for index, way in enumerate(own):
            ports[way] = ((index + 1) / (len(own) + 1) - 0.5) * WIDTH * 0.8, index
    return ports


def _arrow(way: Way, points: list[Point], port: float, index: int) -> tuple[str, str]:
    """Draw one arrow through its bends, and its label near where it begins."""
    (x, y), (to_x, to_y) = points[0], points[-1]
    down = to_y >= y
    start = (x + port, y + HEIGHT / 2) if down else (x + port, y - HEIGHT / 2)
    finish = (to_x, to_y - HEIGHT / 2 - 2) if down else (to_x, to_y + HEIGHT / 2 + 2)
    path = f"M{start[0]:.0f} {start[1]:.0f}"
    at = start
    for x, y in (*points[1:-1], finish):
        middle = (at[1] + y) / 2
        path += f" C{at[0]:.0f} {middle:.0f} {x:.0f} {middle:.0f} {x:.0f} {y:.0f}"
        at = (x, y)
    kind = "way later" if way.later else "way"
    line = f'<path class="{kind}" d="{path}" marker-end="url(#tip)"/>'
    if not way.label:
        return line, ""
    below = start[1] + (14 + 13 * index if down else -6 - 13 * index)
    label = (
        f'<text class="label" x="{start[0]:.0f}" y="{below:.0f}" text-anchor="middle">'
        f"{escape(way.label)}</text>"
    )
    return line, label


def _box(source: FlowSource, step: Step, middle: Point, *, ends: bool) -> str:
    x, y = middle[0] - WIDTH / 2, middle[1] - HEIGHT / 2
    kind = "asks" if step.question is not None else "step"
    name = step.id if not step.visit else f"{step.id} ⤷ {step.visit}"
    shape = (
        f"<g><title>{escape(' / '.join(source.wording.steps[step.id].say))}</title>"
        f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="name" x="{x + 10:.0f}" y="{y + 20:.0f}">{escape(_short(name, NAME))}</text>'
        f'<text class="words" x="{x + 10:.0f}" y="{y + 38:.0f}">'
        f"{escape(_first_words(source, step))}</text>"
    )
    if ends:
        shape += f'<circle class="end" cx="{x + WIDTH - 14:.0f}" cy="{y + 15:.0f}" r="5"/>'
    return shape + "</g>"


def _first_words(source: FlowSource, step: Step) -> str:
    say = source.wording.steps[step.id].say
    return _short(say[0] if say else "", WORDS)


def _short(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
