"""Every check, in one list.

Owns the order they run in. Each is a pure function from the content to its findings; what a check
looks at is its own module's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.flows import (
    checks_answers,
    checks_care,
    checks_coverage,
    checks_graph,
    checks_platforms,
    checks_translations,
    checks_typed,
)
from bot.flows.content import Content
from bot.flows.findings import Finding

Check = Callable[[Content], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    checks_graph.check_references,
    checks_graph.check_ways,
    checks_graph.check_branches,
    checks_graph.check_visits,
    checks_graph.check_old_names,
    checks_answers.check_conditions,
    checks_answers.check_questions,
    checks_answers.check_braces,
    checks_typed.check_typed,
    checks_typed.check_command_words,
    checks_platforms.check_lengths,
    checks_platforms.check_buttons,
    checks_platforms.check_options,
    checks_platforms.check_pictures,
    checks_platforms.check_descriptions,
    checks_care.check_words,
    checks_care.check_signs,
    checks_care.check_measure,
    checks_care.check_gate,
    checks_care.check_monologue,
    checks_care.check_private_words,
    checks_translations.check_translations,
    checks_translations.check_house,
    checks_coverage.check_outline,
    checks_coverage.check_transcripts,
)


def check_all(content: Content) -> list[Finding]:
    """Run every check."""
    return [finding for check in CHECKS for finding in check(content)]
