"""What walking a flow showed, and the figures that come out of it.

Owns the findings, the dead ends and the longest way. Knows nothing of how states were come by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.explore.actions import Action
from bot.transcripts import Point

Path = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person could run into, with the shortest way there."""

    what: str
    path: Path


@dataclass(slots=True)
class Explored:
    """What walking a flow showed. `paths` leads to each point covered by a shortest way.

    `questions` and `minutes` are those of the longest ways of one sitting.
    """

    flow: str
    states: int = 0
    exhaustive: bool = True
    problems: list[Problem] = field(default_factory=list)
    paths: dict[Point, Path] = field(default_factory=dict)
    questions: int = 0
    minutes: float = 0.0

    @property
    def covered(self) -> set[Point]:
        """Every step entered and every branch taken."""
        return set(self.paths)


class Walked(Protocol):
    """One state of a finished walk; `edges` with the seconds each takes."""

    @property
    def over(self) -> bool:
        """Whether nothing waits for an answer any more."""

    @property
    def spent(self) -> float:
        """The seconds its first arrival took."""

    @property
    def edges(self) -> Sequence[tuple[Any, float]]:
        """Where it leads."""


def dead_ends(nodes: Mapping[Any, Walked], path: Callable[[Any], Path]) -> Iterator[Problem]:
    """Give the first state from which the end cannot be got to."""
    before: dict[Any, list[Any]] = {}
    for key, node in nodes.items():
        for following, _ in node.edges:
            before.setdefault(following, []).append(key)
    ending = {key for key, node in nodes.items() if node.over}
    waiting = list(ending)
    while waiting:
        for key in before.get(waiting.pop(), ()):
            if key not in ending:
                ending.add(key)
                waiting.append(key)
    for key in nodes:
        if key not in ending:
            yield Problem("from here there is no way to the end", path(key))
            return


def longest(nodes: Mapping[Any, Walked]) -> tuple[int, float]:
    """Give the questions and the seconds of the longest ways from the first state to where it is
    over, counting no loop twice."""
    first = next(iter(nodes))
    if nodes[first].over:
        return 0, nodes[first].spent
    order: list[Any] = []
    seen = {first}
    stack = [(first, iter(nodes[first].edges))]
    while stack:
        key, edges = stack[-1]
        for following, _ in edges:
            if following not in seen and not nodes[following].over:
                seen.add(following)
                stack.append((following, iter(nodes[following].edges)))
                break
        else:
            order.append(key)
            stack.pop()
    rank = {key: index for index, key in enumerate(order)}
    best: dict[Any, tuple[int, float]] = {}
    for key in order:
        count, time = 0, 0.0
        for following, spent in nodes[key].edges:
            if nodes[following].over:
                time = max(time, spent)
            elif rank[following] < rank[key]:
                count = max(count, best[following][0])
                time = max(time, best[following][1] + spent)
        best[key] = (count + 1, time)
    return best[first][0], best[first][1] + nodes[first].spent
