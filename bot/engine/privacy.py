"""What a person's privacy rests on, said truthfully, and the choice of what is kept.

Owns the privacy panel. Consent itself lives in `consent`; rows live in the store.
"""

from __future__ import annotations

from bot.engine import consent, erasing
from bot.engine.conversation import Panel
from bot.engine.menu import carry_on
from bot.engine.scene import Scene, words_of

PARTS = ("privacy", "privacy-where", "privacy-how-long", "privacy-yours")
"""What is kept; where, and who can read it; how long; what the person can do with it."""


def privacy(scene: Scene, _argument: str = "") -> None:
    """`/privacy`: what is kept, where, and how to change it."""
    keep = scene.phrase(f"keeping-{consent.level(scene)}")
    contact = scene.library.contact
    who = scene.phrase("privacy-contact", {"contact": contact}) if contact else ()
    parts = [scene.phrase(key) for key in PARTS]
    text = words_of(*parts, erasing.remains(scene), who, keep)
    ways = ["carry-on"] if scene.talk.waiting else []
    options = scene.options(*(f"keep-{level}" for level in consent.LEVELS))
    scene.panel("privacy", text, options, ways=ways)


def chosen(scene: Scene, _panel: Panel, key: str) -> None:
    """Keep more or less from now on; what is no longer covered is let go at once."""
    level = key.removeprefix("keep-")
    scene.fold_panel(answer=scene.house.phrase(f"choice-{key}"))
    consent.give(scene, level)
    scene.tell(f"keeping-{level}")
    if scene.talk.waiting:
        carry_on(scene)
