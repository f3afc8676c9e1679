"""When somebody may be in danger: stop, care, lines, and the place kept.

Owns what happens to a conversation then. What counts as danger is the recogniser's; which lines
there are is content.
"""

from __future__ import annotations

from bot.engine.conversation import Panel
from bot.engine.scene import Scene


def noticed(scene: Scene, text: str) -> bool:
    """Look for danger in whatever was typed, before anything else is done with it."""
    return False


def crisis(scene: Scene, _argument: str = "") -> None:
    """`/crisis`: lines at once."""


def chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Follow a choice of the crisis or the gentle panel."""


def country_chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Show the lines of a country."""
