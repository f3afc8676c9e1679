"""The outline: the points a course has to carry, each with a label of a few words.

Owns `outline.yaml`. Knows nothing of who covers what.
"""

from __future__ import annotations

import re

from bot.flows.content import Point
from bot.flows.nodes import Node
from bot.flows.shape import Reading

_CODE = re.compile(r"[A-Z]{1,2}\d+(\.\d+)?[a-z]?")


def read_outline(reading: Reading, root: Node) -> tuple[Point, ...]:
    """Read `points:` as codes with labels."""
    top = reading.entries(root, "the file", "`points:` and below it `S1: more distance`")
    reading.known(top, ("points",), "in the outline")
    node = reading.required(top, "points", "in the outline", "points:")
    points: list[Point] = []
    if node is None:
        return ()
    for key, label in reading.entries(node, "points", "`S1: more distance`").pairs:
        if not _CODE.fullmatch(key.value):
            problem = f"`{key.value}` cannot be the code of a point."
            reading.find("C108", key.line, problem, "Write one like `S1`, `R2.3` or `R2.2a`.")
        points.append(Point(key.value, reading.text(label, key.value), reading.place(key.line)))
    return tuple(points)
