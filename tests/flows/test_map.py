"""The drawings of flows: complete, readable, and the same every time."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.map import write_map
from bot.errors import AjarError
from bot.flows.drawing import mermaid, svg, ways
from bot.flows.layout import lay_out
from bot.flows.loading import read_content
from tests.flows.writing import HELLO, a_flow
from tests.flows.writing import lay_out as write

CONTENT = Path(__file__).parents[2] / "content"
SHIPPED = read_content(CONTENT)[0].flows
SVG = "{http://www.w3.org/2000/svg}"

STEPS = """
hi:
  say: How "is" it & why?
  choose:
    fine: Fine
    hard: Hard
  go:
    - more, if hi is hard
    - end
more:
  say: More.
  check in: hi, in 2 days
  visit: other
  go: hi
"""


def test_mermaid_shows_steps_conditions_visits_and_check_ins(tmp_path: Path) -> None:
    """Questions are hexagons, conditions stand on their arrows, check-ins are dotted."""
    write(tmp_path, {"en/hello.yaml": a_flow(STEPS)})
    drawn = mermaid(read_content(tmp_path)[0].flows["hello"])
    assert drawn.splitlines() == [
        "flowchart TD",
        '  s_hi{{"hi<br>How #quot;is#quot; it & why?"}}',
        '  s_more["more<br>More."]',
        '  s_more -.- s_more_visit[["other"]]',
        '  END(["end"])',
        '  s_hi -->|"hard"| s_more',
        "  s_hi --> END",
        "  s_more --> s_hi",
        '  s_more -.->|"in 2 days"| s_hi',
    ]


@pytest.mark.parametrize("name", list(SHIPPED))
def test_svg_holds_every_step_and_no_two_overlap(name: str) -> None:
    """Every step of a shipped flow has a box of its own, every arrow is drawn, all inside."""
    source = SHIPPED[name]
    root = ET.fromstring(svg(source))  # noqa: S314 - our own drawing
    boxes = [box for box in root.iter(f"{SVG}rect") if box.get("class") != "page"]
    corners = [(float(box.attrib["x"]), float(box.attrib["y"])) for box in boxes]
    assert len(boxes) == len(source.flow.steps)
    for (x, y), (other_x, other_y) in itertools.combinations(corners, 2):
        assert abs(x - other_x) >= 200 or abs(y - other_y) >= 50
    arrows = {(way.step, way.to, way.label, way.later) for way in ways(source)}
    drawn = [arrow for arrow in arrows if arrow[0] != arrow[1] and arrow[1] != "end"]
    paths = [path for path in root.iter(f"{SVG}path") if "way" in path.get("class", "")]
    assert len(paths) == len(drawn)
    assert max(x for x, _ in corners) + 200 <= float(root.attrib["width"])
    assert max(y for _, y in corners) + 50 <= float(root.attrib["height"])


def test_whole_map_is_written(tmp_path: Path) -> None:
    """The map holds a picture a flow and a page with all of them."""
    written = write_map(CONTENT, tmp_path / "map")
    assert [path.name for path in written] == [*(f"{name}.svg" for name in SHIPPED), "map.md"]
    page = (tmp_path / "map" / "map.md").read_text("utf-8")
    assert page.count("```mermaid") == len(SHIPPED) + 1


def test_single_flow_can_be_drawn(tmp_path: Path) -> None:
    """One flow alone is drawn on request; one that is not there is refused by name."""
    write(tmp_path / "content", {"en/hello.yaml": HELLO})
    written = write_map(tmp_path / "content", tmp_path / "map", only="hello")
    assert [path.name for path in written] == ["hello.svg", "hello.md"]
    with pytest.raises(AjarError, match="hallo"):
        write_map(tmp_path / "content", tmp_path / "map", only="hallo")


NAMES = ["a", "b", "c", "d", "e", "f"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=15))
def test_any_graph_is_laid_out_without_overlap(edges: list[tuple[str, str]]) -> None:
    """Whatever leads where, nodes of a layer stand apart and every edge runs end to end."""
    drawn = lay_out("a", NAMES, edges)
    for one, other in itertools.combinations(NAMES, 2):
        (x, y), (other_x, other_y) = drawn.nodes[one], drawn.nodes[other]
        assert y != other_y or abs(x - other_x) >= 1
    for one, other in edges:
        if one != other:
            points = drawn.edges[one, other]
            assert (points[0], points[-1]) == (drawn.nodes[one], drawn.nodes[other])
