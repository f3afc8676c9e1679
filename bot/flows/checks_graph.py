"""Checks of the graph: that every step can be reached, left, and ended.

Owns codes C118 and C201 to C213.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.branching import takeable
from bot.flows.content import Content, FlowSource
from bot.flows.findings import Finding
from bot.flows.graph import Graph, asks, circle, graph_of, silent_circles
from bot.flows.library import MASTER
from bot.flows.model import END, NOWHERE, Flow, Place
from bot.flows.names import SPECIAL, suggest


def check_references(content: Content) -> Iterator[Finding]:
    """C201 to C204: whatever names a step or a flow names one that is there."""
    for source in content.flows.values():
        flow = source.flow
        if flow.start and flow.steps and flow.start not in flow.steps:
            key = source.root.get("start")
            place = flow.place if key is None else _at(flow, key.line)
            problem = f"`start: {flow.start}` is not a step of this flow."
            yield Finding("C201", place, problem, suggest(flow.start, flow.steps))
        for step in flow.steps.values():
            for branch in step.go:
                if branch.to not in flow.steps and branch.to != END:
                    problem = f"`{branch.to}` is not a step of this flow."
                    known = (*flow.steps, END)
                    yield Finding("C202", branch.place, problem, suggest(branch.to, known))
            if step.visit and step.visit not in {*content.flows, *content.broken}:
                node = source.steps[step.id].get("visit")
                place = _at(flow, node.line) if node else step.place
                problem = f"There is no flow `{step.visit}` to visit."
                yield Finding("C203", place, problem, suggest(step.visit, content.flows))
            if step.check_in is not None and step.check_in.step not in flow.steps:
                problem = f"`{step.check_in.step}` is not a step of this flow."
                instead = suggest(step.check_in.step, flow.steps)
                yield Finding("C204", step.check_in.place, problem, instead)


def check_ways(content: Content) -> Iterator[Finding]:
    """C205 to C209 and C211: every step is reached, can be left, and leads to the end."""
    flows = {name: source.flow for name, source in content.flows.items()}
    for flow in flows.values():
        graph = graph_of(flow)
        yield from _unreached(graph)
        for step in flow.steps.values():
            if not step.go:
                problem = f"Nothing says where `{step.id}` leads."
                instead = "Add `go: end`, or `go:` with the name of the next step."
                yield Finding("C206", step.place, problem, instead)
                continue
            last = step.go[-1]
            if last.condition is not None:
                problem = f"Whoever meets none of these conditions is stuck at `{step.id}`."
                instead = "Add a last line without a condition, for example `- end`."
                yield Finding("C208", last.place, problem, instead)
            for above, branch in zip(step.go, step.go[1:], strict=False):
                if above.condition is None:
                    problem = "This line is never looked at: the one above has no condition."
                    instead = "Move the line without a condition to the end."
                    yield Finding("C209", branch.place, problem, instead)
                    break
        for loop in silent_circles(graph, lambda step: asks(step, flows)):
            first = min(loop, key=lambda name: flow.steps[name].place.line)
            names = " → ".join(f"`{name}`" for name in [*loop, loop[0]])
            problem = f"These steps go round without ever waiting for an answer: {names}."
            instead = "Put a question into the loop, or lead one of them out of it."
            yield Finding("C207", flow.steps[first].place, problem, instead)
        yield from _endless(graph)


def _unreached(graph: Graph) -> Iterator[Finding]:
    flow = graph.flow
    if flow.start not in flow.steps:
        return
    reached = graph.reached()
    for step in flow.steps.values():
        if step.id not in reached:
            problem = f"No way leads to `{step.id}`."
            instead = "Lead a `go:` or a `check in:` to it, or delete it."
            yield Finding("C205", step.place, problem, instead)


def _endless(graph: Graph) -> Iterator[Finding]:
    """Find steps from which no way leads out; what is reported otherwise counts as a way out."""
    flow = graph.flow
    if flow.start not in flow.steps:
        return
    ways = dict(graph.onward)
    for step in flow.steps.values():
        if not step.go or any(b.to not in flow.steps and b.to != END for b in step.go):
            ways[step.id] = (END,)
    ending = Graph(flow, ways, ways).ending()
    stuck = [step for step in flow.steps.values() if step.id not in ending]
    if stuck and stuck[0].id in graph.reached():
        names = ", ".join(f"`{step.id}`" for step in stuck[:5])
        problem = f"From here no way leads to the end: {names}."
        instead = "Lead one of them to `end`."
        yield Finding("C211", stuck[0].place, problem, instead)


def check_branches(content: Content) -> Iterator[Finding]:
    """C210: no combination of answers takes this line."""
    flows = {name: source.flow for name, source in content.flows.items()}
    for flow in flows.values():
        for step in flow.steps.values():
            taken = takeable(flow, step, flows)
            for branch in step.go:
                if branch in taken or branch.condition is None:
                    continue
                problem = f"No answer leads along this line to `{branch.to}`."
                instead = "The lines above take every such answer, or the condition is never true."
                yield Finding("C210", branch.place, problem, instead)


def check_visits(content: Content) -> Iterator[Finding]:
    """C212 and C213: visits come back, and every flow can be opened."""
    flows = {name: source.flow for name, source in content.flows.items()}
    visited: dict[str, list[str]] = {
        name: [flow.steps[step].visit for step in flow.steps if flow.steps[step].visit]
        for name, flow in flows.items()
    }
    loop = circle(visited)
    if loop:
        flow = flows[loop[0]]
        following = loop[1] if len(loop) > 1 else loop[0]
        step = next(step for step in flow.steps.values() if step.visit == following)
        names = " → ".join(f"`{name}`" for name in [*loop, loop[0]])
        problem = f"These flows visit each other in a circle: {names}."
        instead = "Take one of the visits out; a visit has to come back."
        yield Finding("C212", step.place, problem, instead)
    if MASTER in content.houses:
        menu = content.houses[MASTER].house.menu
        opened = {*menu, *SPECIAL, *(name for names in visited.values() for name in names)}
        for name, flow in flows.items():
            if name not in opened:
                problem = f"Nothing opens the flow `{name}`."
                instead = "Add it to `menu:` in the house words, or visit it from another flow."
                yield Finding("C213", flow.place, problem, instead)


def check_old_names(content: Content) -> Iterator[Finding]:
    """C118: an old name leads to one place only, and not to one that lives."""
    claimed: dict[str, str] = {name: name for name in content.flows}
    for source in content.flows.values():
        flow = source.flow
        yield from _taken(source, flow.was, flow.id, claimed, "flow")
        steps: dict[str, str] = {name: name for name in flow.steps}
        for step in flow.steps.values():
            yield from _taken(source, step.was, step.id, steps, "step")


def _taken(
    source: FlowSource, names: tuple[str, ...], own: str, claimed: dict[str, str], what: str
) -> Iterator[Finding]:
    entries = source.root if what == "flow" else source.steps[own]
    for name in names:
        holder = claimed.setdefault(name, own)
        if holder == name or holder != own:
            node = entries.get("was")
            place = _at(source.flow, node.line) if node else NOWHERE
            problem = f"`was: {name}` is already the {what} `{holder}`, or its old name."
            instead = "An old name can lead to one place only; delete it in one of the two."
            yield Finding("C118", place, problem, instead)


def _at(flow: Flow, line: int) -> Place:
    return Place(flow.place.file, line)
