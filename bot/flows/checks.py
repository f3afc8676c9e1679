"""Every check, in one list.

Owns the order they run in. Each is a pure function from the content to its findings; what a check
looks at is its own module's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.flows.content import Content
from bot.flows.findings import Finding

Check = Callable[[Content], Iterable[Finding]]

CHECKS: tuple[Check, ...] = ()


def check_all(content: Content) -> list[Finding]:
    """Run every check."""
    return [finding for check in CHECKS for finding in check(content)]
