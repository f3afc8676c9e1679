"""Laying a graph out in layers, so that most arrows point down and few of them cross.

Owns positions only: the layered drawing of Sugiyama, Tagawa and Toda (1981) in its plain form, with
longest-path layers, medians for the order, and averaging for the columns. Knows nothing of flows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SWEEPS = 12
"""Passes over the layers, for the order and again for the columns. More changes next to nothing."""

Edge = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each node's middle lies, and the points each edge goes through. One layer is 1 high;
    a node is 1 wide."""

    nodes: Mapping[str, Point]
    edges: Mapping[Edge, tuple[Point, ...]]
    layers: int


def lay_out(start: str, nodes: Sequence[str], edges: Iterable[Edge]) -> Layout:
    """Give every node and edge its place, the start on top. Edges to themselves are left out."""
    wanted = list(dict.fromkeys((a, b) for a, b in edges if a != b))
    downward = _downward(start, nodes, wanted)
    rank = _ranks(nodes, downward.values())
    chains = {edge: _chain(edge, rank) for edge in downward.values()}
    rows = _rows(nodes, rank, chains)
    links = [link for chain in chains.values() for link in itertools.pairwise(chain)]
    above, below = _neighbours(links)
    rows = _ordered(rows, above, below)
    x = _columns(rows, above, below)
    y = {name: float(layer) for layer, row in enumerate(rows) for name in row}
    drawn = {}
    for edge in wanted:
        points = tuple((x[name], y[name]) for name in chains[downward[edge]])
        drawn[edge] = points if downward[edge] == edge else points[::-1]
    return Layout({name: (x[name], y[name]) for name in nodes}, drawn, len(rows))


def _downward(start: str, nodes: Sequence[str], edges: Sequence[Edge]) -> dict[Edge, Edge]:
    """Give each edge, turned round where it would close a circle."""
    ways: dict[str, list[str]] = {}
    for a, b in edges:
        ways.setdefault(a, []).append(b)
    state: dict[str, int] = {}
    back: set[Edge] = set()
    for first in (start, *nodes):
        stack = [(first, iter(ways.get(first, ())))] if first not in state else []
        state.setdefault(first, 1)
        while stack:
            name, rest = stack[-1]
            for target in rest:
                if state.get(target) == 1:
                    back.add((name, target))
                elif target not in state:
                    state[target] = 1
                    stack.append((target, iter(ways.get(target, ()))))
                    break
            else:
                state[name] = 2
                stack.pop()
    return {(a, b): (b, a) if (a, b) in back else (a, b) for a, b in edges}


def _ranks(nodes: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Give each node the layer below all that lead to it."""
    down = list(edges)
    rank = dict.fromkeys(nodes, 0)
    for _ in nodes:
        moved = False
        for a, b in down:
            if rank[b] <= rank[a]:
                rank[b] = rank[a] + 1
                moved = True
        if not moved:
            break
    return rank


def _chain(edge: Edge, rank: Mapping[str, int]) -> list[str]:
    """Give the nodes an edge goes through, with a bend in each layer it passes."""
    a, b = edge
    return [a, *(f"{a}\n{b}\n{layer}" for layer in range(rank[a] + 1, rank[b])), b]


def _rows(
    nodes: Sequence[str], rank: Mapping[str, int], chains: Mapping[Edge, list[str]]
) -> list[list[str]]:
    rows: list[list[str]] = [[] for _ in range(max(rank.values(), default=0) + 1)]
    for name in nodes:
        rows[rank[name]].append(name)
    for (a, _), chain in chains.items():
        for step, bend in enumerate(chain[1:-1], 1):
            rows[rank[a] + step].append(bend)
    return rows


Neighbours = Mapping[str, list[str]]


def _neighbours(links: Iterable[Edge]) -> tuple[Neighbours, Neighbours]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for a, b in links:
        below.setdefault(a, []).append(b)
        above.setdefault(b, []).append(a)
    return above, below


def _ordered(rows: list[list[str]], above: Neighbours, below: Neighbours) -> list[list[str]]:
    """Order each layer by the middle of its neighbours; the one with fewest crossings is kept."""
    best = [list(row) for row in rows]
    fewest = _crossings(best, below)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        beside = above if downward else below
        for row in rows if downward else rows[::-1]:
            place = {name: i for other in rows for i, name in enumerate(other)}
            row.sort(
                key=lambda name: _middle([place[n] for n in beside.get(name, ())], place[name])
            )
        crossings = _crossings(rows, below)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    return best


def _middle(places: list[int], own: float) -> float:
    return sorted(places)[(len(places) - 1) // 2] if places else own


def _crossings(rows: Sequence[Sequence[str]], below: Neighbours) -> int:
    crossings = 0
    for row, following in itertools.pairwise(rows):
        place = {name: i for i, name in enumerate(following)}
        ends = [sorted(place[n] for n in below.get(name, ())) for name in row]
        flat: list[int] = []
        for group in ends:
            crossings += sum(1 for end in group for earlier in flat if earlier > end)
            flat += group
    return crossings


def _columns(
    rows: Sequence[Sequence[str]], above: Neighbours, below: Neighbours
) -> dict[str, float]:
    """Draw each node under and over its neighbours, without changing the order of a layer."""
    x = {name: float(i) for row in rows for i, name in enumerate(row)}
    for sweep in range(SWEEPS):
        beside = above if sweep % 2 == 0 else below
        for row in rows if sweep % 2 == 0 else rows[::-1]:
            wish = [_mean([x[n] for n in beside.get(name, ())], x[name]) for name in row]
            right = list(wish)
            for i in range(1, len(row)):
                right[i] = max(right[i], right[i - 1] + _room(row[i - 1], row[i]))
            left = list(wish)
            for i in range(len(row) - 2, -1, -1):
                left[i] = min(left[i], left[i + 1] - _room(row[i], row[i + 1]))
            for name, a, b in zip(row, right, left, strict=True):
                x[name] = (a + b) / 2
    lowest = min(x.values(), default=0.0)
    return {name: at - lowest for name, at in x.items()}


def _mean(places: list[float], own: float) -> float:
    return sum(places) / len(places) if places else own


def _room(one: str, other: str) -> float:
    """Give how far apart two neighbours stand; a bend needs less room than a node."""
    bends = ("\n" in one) + ("\n" in other)
    return (1.15, 0.7, 0.2)[bends]
