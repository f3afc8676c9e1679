"""Checks of coverage: every point of the outline is carried, every flow is played by a transcript.

Owns codes C701 to C703 and the table of who carries what.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.content import Content
from bot.flows.findings import Finding
from bot.flows.graph import graph_of
from bot.flows.names import nearest


def coverage(content: Content) -> dict[str, list[str]]:
    """Give for each point the reachable steps that carry it, as `flow/step`."""
    carried: dict[str, list[str]] = {point.code: [] for point in content.outline}
    for name, source in content.flows.items():
        reached = graph_of(source.flow).reached()
        for step in source.flow.steps.values():
            if step.id in reached:
                for code in dict.fromkeys(step.covers):
                    carried.setdefault(code, []).append(f"{name}/{step.id}")
    return carried


def check_outline(content: Content) -> Iterator[Finding]:
    """C701 and C702: the outline and the steps name the same points."""
    if not content.outline:
        return
    codes = {point.code for point in content.outline}
    carried = coverage(content)
    for point in content.outline:
        if not carried[point.code] and not content.broken:
            problem = f"No step that can be reached carries {point.code} ({point.label})."
            instead = f"Write one, with `covers: [{point.code}]`."
            yield Finding("C701", point.place, problem, instead)
    for source in content.flows.values():
        for step in source.flow.steps.values():
            for code in step.covers:
                if code not in codes:
                    close = nearest(code, codes)
                    instead = f"Did you mean `{close}`?" if close else "See `outline.yaml`."
                    problem = f"The outline has no point `{code}`."
                    yield Finding("C702", step.place, problem, instead)


def check_transcripts(content: Content) -> Iterator[Finding]:
    """C703: somebody has played every flow."""
    if content.transcripts is None:
        return
    for name, source in content.flows.items():
        if name not in content.transcripts:
            problem = f"No transcript plays `{name}`."
            instead = "Write one in `transcripts/`, so that an edit cannot break it unseen."
            yield Finding("C703", source.flow.place, problem, instead)
