"""The ways through a flow as a graph.

Owns what leads where. Knows nothing of wording or of findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from bot.flows.model import END, Flow, Step


@dataclass(frozen=True, slots=True)
class Graph:
    """Steps with the steps that follow. Ways to nowhere are left out.

    `onward` holds what `go:` leads to, `later` also the target of a check-in.
    """

    flow: Flow
    onward: Mapping[str, tuple[str, ...]]
    later: Mapping[str, tuple[str, ...]]

    def reached(self) -> set[str]:
        """Give every step a person can get to, check-ins included."""
        return closure([self.flow.start], self.later) & set(self.flow.steps)

    def ending(self) -> set[str]:
        """Give every step from which the end can be got to."""
        return closure([END], reverse(self.onward))

    def before(self, step: str) -> set[str]:
        """Give every step that can come before this one; the step itself only in a loop."""
        back = reverse(self.later)
        return closure(back.get(step, ()), back)


def graph_of(flow: Flow) -> Graph:
    """Draw the graph of a flow."""
    known = {*flow.steps, END}
    onward: dict[str, tuple[str, ...]] = {}
    later: dict[str, tuple[str, ...]] = {}
    for name, step in flow.steps.items():
        ways = tuple(dict.fromkeys(branch.to for branch in step.go if branch.to in known))
        onward[name] = ways
        check_in = step.check_in
        later[name] = (*ways, check_in.step) if check_in and check_in.step in known else ways
    return Graph(flow, onward, later)


def closure(start: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    """Give everything that can be got to, the start included."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(ways.get(name, ()))
    return found


def reverse(ways: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Turn every way round."""
    back: dict[str, list[str]] = {}
    for name, targets in ways.items():
        for target in targets:
            back.setdefault(target, []).append(name)
    return back


def circle(ways: Mapping[str, Iterable[str]]) -> list[str]:
    """Give the members of one circle in order, or nothing where there is none."""
    done: set[str] = set()
    for first in ways:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(first, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                done.add(path.pop())
            elif name in path:
                return path[path.index(name) :]
            elif name not in done:
                path.append(name)
                stack.append((name, True))
                stack.extend((target, False) for target in ways.get(name, ()))
    return []


def silent_circles(graph: Graph, waits: Callable[[Step], bool]) -> list[list[str]]:
    """Give the loops in which nothing waits for the person, each once."""
    ways = {
        name: {target for target in graph.onward[name] if target != END}
        for name, step in graph.flow.steps.items()
        if not waits(step)
    }
    ways = {
        name: {target for target in targets if target in ways} for name, targets in ways.items()
    }
    found: list[list[str]] = []
    while members := circle(ways):
        found.append(members)
        ways = {name: targets for name, targets in ways.items() if name not in members}
    return found


def surely_asks(flow: str, flows: Mapping[str, Flow], seen: frozenset[str] = frozenset()) -> bool:
    """Whether nobody gets through this flow without a question waiting for them."""
    if flow in seen or flow not in flows:
        return False
    graph = graph_of(flows[flow])
    ways = {
        name: graph.onward[name]
        for name, step in graph.flow.steps.items()
        if not asks(step, flows, seen | {flow})
    }
    return END not in closure([graph.flow.start], ways)


def asks(step: Step, flows: Mapping[str, Flow], seen: frozenset[str] = frozenset()) -> bool:
    """Whether a person surely waits here: at its own question, or at one in the flow it visits."""
    return step.question is not None or (step.visit != "" and surely_asks(step.visit, flows, seen))
