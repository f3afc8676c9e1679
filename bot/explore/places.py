"""The map of a walk: every place a person can stand at, and what changes between two of them.

A place is a whole stack of flows, so that a flow visited from two steps is two places. Owns which
decisions lie ahead of a place, and which answers are given anew on the way there. Knows nothing of
people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.engine.consent import FLOW, STEP
from bot.flows.conditions import Compares, Test, each_test
from bot.flows.library import Library
from bot.flows.model import END, Branch

Stack = tuple[tuple[str, str], ...]
"""(flow, step) from the lowest flow to the one on top; empty when everything is over."""

Node = tuple[str, Stack]
"""`enter` a step, `ask` its question, `go` on after it, `turn` off at its `go:`; or `over`."""

OVER: Node = ("over", ())

PLACES_LIMIT = 20_000
"""Nodes of a map; flows that visit each other in a circle have no end of places."""

WAYS_LIMIT = 48
"""Sets of answers given anew on the ways to one decision; beyond it all its answers count."""

TIME = "@"
"""Stands for time passing, `#flow/step` for a step being entered, `flow/step` for its answer."""


def entered(name: str) -> str:
    """Name the count of a step's visits."""
    return "#" + name


@dataclass(frozen=True, slots=True)
class Decision:
    """A step whose `go:` depends on something; `tests` with the full names of their steps."""

    flow: str
    step: str
    branches: tuple[Branch, ...]
    tests: tuple[tuple[str, Test], ...]

    def full(self, name: str) -> str:
        """Give the full name of a step that a condition names."""
        return name if "/" in name else f"{self.flow}/{name}"


@dataclass(frozen=True, slots=True)
class Ahead:
    """A decision ahead, and what may be anew when it is reached. None: nothing can be said."""

    decision: Decision
    anew: frozenset[str] | None


@dataclass(slots=True)
class Map:
    """All places of a walk. `complete` is false where there are too many to draw."""

    ways: dict[Node, list[tuple[Node, frozenset[str]]]] = field(default_factory=dict)
    ahead: dict[Node, list[Ahead]] = field(default_factory=dict)
    openers: tuple[str, ...] = ()
    days: tuple[int, ...] = ()
    again: bool = True
    complete: bool = True


def decisions(library: Library) -> dict[tuple[str, str], Decision]:
    """Give every step that decides something."""
    found = {}
    for flow in library.flows.values():
        for step in flow.steps.values():
            tests = tuple(
                (test.name if "/" in test.name else f"{flow.id}/{test.name}", test)
                for branch in step.go
                if branch.condition is not None
                for test in each_test(branch.condition)
            )
            if tests:
                found[(flow.id, step.id)] = Decision(flow.id, step.id, step.go, tests)
    return found


def draw(library: Library, flow: str, *, again: bool) -> Map:
    """Draw the map of a flow.

    With `again`, the flow may be opened anew when it is over, and so may the flows that its
    conditions ask about.
    """
    asked = decisions(library)
    openers = [flow]
    while True:
        drawn = _Drawing(library, openers, again=again)
        inside = {there for kind, stack in drawn.ways if kind == "turn" for there in stack[-1:]}
        tests = [pair for there in inside if there in asked for pair in asked[there].tests]
        own = {name for name, _ in inside}
        foreign = {name.partition("/")[0] for name, _ in tests} - own - set(openers)
        more = sorted(name for name in foreign if name in library.flows) if again else []
        if not more or not drawn.complete:
            break
        openers += more
    bounds: dict[str, set[int]] = {}
    for name, test in tests:
        if isinstance(test, Compares) and test.what == "days":
            bounds.setdefault(name, set()).add(test.bound + 1)
    days = {max(several) for several in bounds.values()}
    if all(len(several) == 1 for several in bounds.values()):
        days = {max(days)} if days else set()
    found = Map(drawn.ways, {}, tuple(openers), tuple(sorted(days)), again, drawn.complete)
    if found.complete:
        _look_ahead(found, [asked[there] for there in sorted(inside & set(asked))])
    return found


class _Drawing:
    """A map in the making: every node with the ways on from it."""

    def __init__(self, library: Library, openers: Sequence[str], *, again: bool) -> None:
        self.library = library
        self.openers = [name for name in openers if name != FLOW] if again else []
        self.forgets = FLOW in openers
        self.ways: dict[Node, list[tuple[Node, frozenset[str]]]] = {OVER: self._from(OVER)}
        self.complete = True
        waiting: list[Node] = [self._start(name) for name in openers]
        self.checked_in: set[Node] = set()
        while waiting:
            node = waiting.pop()
            if node in self.ways:
                continue
            self.ways[node] = self._from(node)
            waiting += [following for following, _ in self.ways[node]]
            for late in self._later(node) - self.checked_in:
                self.checked_in.add(late)
                self.ways[OVER].append((late, frozenset({TIME})))
                waiting.append(late)
            if len(self.ways) > PLACES_LIMIT:
                self.complete = False
                return

    def _start(self, flow: str, below: Stack = ()) -> Node:
        return "enter", (*below, (flow, self.library.flows[flow].start))

    def _later(self, node: Node) -> set[Node]:
        if node[0] != "turn":
            return set()
        flow, name = node[1][-1]
        check_in = self.library.flows[flow].steps[name].check_in
        return {("enter", ((flow, check_in.step),))} if check_in else set()

    def _from(self, node: Node) -> list[tuple[Node, frozenset[str]]]:
        kind, stack = node
        if node == OVER:
            starts = [self._start(name) for name in self.openers]
            return [(s, anew) for s in starts for anew in (frozenset[str](), frozenset({TIME}))]
        flow, name = stack[-1]
        step = self.library.flows[flow].steps[name]
        own = f"{flow}/{name}"
        if kind == "enter":
            onward = "ask" if step.question is not None else "go"
            return [((onward, stack), frozenset({entered(own)}))]
        if kind == "ask":
            after: Node = ("go", stack)
            ways = [(after, frozenset({own}))]
            if (flow, name) == (FLOW, STEP):
                ways.append((after, frozenset({own, *self._answers()})))
            return ways
        if kind == "go" and step.visit in self.library.flows:
            return [(self._start(step.visit, stack), frozenset())]
        if kind == "go":
            return [(("turn", stack), frozenset())]
        return [way for branch in step.go for way in self._branch(branch, stack)]

    def _branch(self, branch: Branch, stack: Stack) -> list[tuple[Node, frozenset[str]]]:
        flow = stack[-1][0]
        if branch.to != END:
            return [(("enter", (*stack[:-1], (flow, branch.to))), frozenset())]
        if stack[:-1]:
            return [(("turn", stack[:-1]), frozenset())]
        ways: list[tuple[Node, frozenset[str]]] = [(OVER, frozenset())]
        if self.forgets:
            # Whoever lets nothing but their place be kept has it all forgotten at the end.
            ways.append((OVER, frozenset(self._answers())))
        return ways

    def _answers(self) -> Iterable[str]:
        for flow in self.library.flows.values():
            for step in flow.steps:
                yield f"{flow.id}/{step}"


def _look_ahead(found: Map, asked: Iterable[Decision]) -> None:
    """Find, for each place where a person waits, every decision ahead with what may be anew."""
    before: dict[Node, list[tuple[Node, frozenset[str]]]] = {}
    for node, ways in found.ways.items():
        for following, anew in ways:
            before.setdefault(following, []).append((node, anew))
    for decision in asked:
        bits = {name: 1 << n for n, name in enumerate(sorted({*_mattering(decision)}))}
        reached = _backwards(found, before, decision, bits)
        everything = sum(bits.values())
        counted = any(isinstance(t, Compares) and t.what != "answer" for _, t in decision.tests)
        for node, sets in reached.items():
            if node[0] in ("ask", "over"):
                for mask in sorted(sets) if sets is not None else [None]:
                    if mask is None:
                        found.ahead.setdefault(node, []).append(Ahead(decision, None))
                    elif mask != everything or counted:
                        anew = frozenset(name for name, bit in bits.items() if mask & bit)
                        found.ahead.setdefault(node, []).append(Ahead(decision, anew))


def _mattering(decision: Decision) -> Iterable[str]:
    for name, test in decision.tests:
        if isinstance(test, Compares) and test.what == "visits":
            yield entered(name)
        else:
            yield name
            if isinstance(test, Compares) and test.what == "days":
                yield TIME


def _backwards(
    found: Map,
    before: Mapping[Node, list[tuple[Node, frozenset[str]]]],
    decision: Decision,
    bits: Mapping[str, int],
) -> dict[Node, set[int] | None]:
    here = (decision.flow, decision.step)
    starts = [node for node in found.ways if node[0] == "turn" and node[1][-1] == here]
    sets: dict[Node, set[int]] = {node: {0} for node in starts}
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        for earlier, anew in before.get(node, ()):
            mask = sum(bits.get(name, 0) for name in anew)
            held = sets.setdefault(earlier, set())
            size = len(held)
            held |= {one | mask for one in sets[node]}
            if len(held) > WAYS_LIMIT:
                # Too many ways: whoever can get there is told apart by every single answer.
                back = {node: [other for other, _ in ways] for node, ways in before.items()}
                return dict.fromkeys(_closure(starts, back))
            if len(held) > size:
                waiting.append(earlier)
    return dict(sets)


def _closure(starts: Iterable[Node], ways: Mapping[Node, Iterable[Node]]) -> set[Node]:
    found: set[Node] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(ways.get(node, ()))
    return found
