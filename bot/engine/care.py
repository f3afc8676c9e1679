"""When somebody may be in danger: stop, care, lines, and the place kept.

Owns what happens to a conversation then: what outranks what, the panels, the country. What counts
as danger is `safety`'s; what is said is `crisis`'s; which lines there are is content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.engine import consent
from bot.engine import crisis as words
from bot.engine.asking import open_question
from bot.engine.conversation import Panel
from bot.engine.effects import Count
from bot.engine.menu import carry_on
from bot.engine.reminder_summary import is_command
from bot.engine.safety import Danger, safe_recognise
from bot.engine.scene import Scene
from bot.engine.words import close, fold
from bot.flows.danger_rules import Tier
from bot.flows.model import Choose
from bot.flows.typed import typed_content
from bot.replies import Span, Urgency

CALLS = frozenset({"crisis", "sos", "help now", "/crisis", "/sos"})
"""Words that bring the lines in any state and with any content, beside the house's own."""

ASKED_REST = timedelta(minutes=30)
"""After "I am safe", vague signs are not asked about again for this long; clear ones always are."""

OWN_WORDS = ("notes", "note", "sheet", "change")
"""Panels whose labels quote the person: those words are looked at like any others."""

SHOUTED = "NO"
"""The one country code that is a likelier word in capitals, too."""

HELP_NOW = "help-now"
"""The step of the welcome behind "I need help now"."""

PAGE = 7
"""Countries shown at once, so that a phone shows them all; a typed name finds any of them."""


def noticed(scene: Scene, text: str) -> bool:
    """Look for danger in whatever was typed, before anything else is done with it.

    True when help was shown instead of anything else. A text that is word for word one of the
    offered choices is that choice: it was written and reviewed, and the flow answers it.
    """
    if not text:
        return False
    offered = is_offered(scene, text)
    first = scene.talk.frame is not None and scene.talk.frame.flow == consent.FLOW
    if _is_call(scene, text) and not (offered and first):  # the welcome offers help by such words
        crisis(scene)
        return True
    if offered:
        return False
    danger = safe_recognise(scene.library.safety, text, scene.talk.language)
    if danger is None:
        return False
    if danger.tier is Tier.GENTLE:
        if scene.stamp < int(scene.talk.settings.get("safe-until", 0)):
            return False
        if scene.talk.panel and scene.talk.panel.name in ("gentle", "crisis", "countries"):
            _show(scene, danger.category)
        else:
            _ask(scene, danger)
    else:
        _show(scene, danger.category)
    return True


def crisis(scene: Scene, _argument: str = "") -> None:
    """`/crisis`: lines at once, in any state."""
    _show(scene, None)


def chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Follow a choice of the crisis or the gentle panel."""
    if key == words.OTHER:
        _countries(scene, 0)
    elif key == words.SAFE:
        scene.talk.settings["safe-until"] = scene.stamp + int(ASKED_REST.total_seconds())
        safe = words.answer_safe(scene.house)
        _lay(scene, "crisis", safe, category="")
    elif key == words.STOP:
        scene.fold_panel(answer=scene.house.phrase("choice-stop-here"))
        scene.tell("stopped-here")
    elif key == words.CARRY_ON:
        carry_on(scene)
    elif key.startswith(words.COUNTRY):
        country_chosen(scene, panel, key)
    else:
        _show(scene, str(panel.data.get("category", "")) or None)


def gentle_said(scene: Scene, panel: Panel, _text: str) -> bool:
    """Whatever else is typed to "are you safe?" is not a yes: show the lines."""
    _show(scene, str(panel.data.get("category", "")) or None)
    return True


def country_chosen(scene: Scene, panel: Panel, key: str) -> None:
    """Show the lines of a country, or turn the page."""
    kind, _, name = key.partition("-")
    if kind == "page":
        _countries(scene, int(name))
        return
    scene.talk.settings["country"] = name.upper()
    _show(scene, str(panel.data.get("category", "")) or None)


def lines_said(scene: Scene, panel: Panel, text: str) -> bool:
    """Take words typed beneath the lines: a country gives its own. Whatever else they are, they are
    no answer to the question below, and nobody is hurried back to it."""
    asked = words.OTHER in panel.keys or panel.name == "countries"
    if not asked or is_command(scene, text) or is_offered(scene, text):
        return False
    category = str(panel.data.get("category", ""))
    if code := _country(scene, text):
        country_chosen(scene, panel, words.COUNTRY + code.lower())
    else:
        known = scene.talk.settings.get("country") in scene.library.lines.countries
        _lay(scene, "crisis", words.listening(scene.house, where=not known), category=category)
    return True


def asked_for(scene: Scene) -> None:
    """Where the welcome was asked for help, give the lines at once; its question waits above."""
    if (consent.FLOW, HELP_NOW, -1) in scene.trace:
        _show(scene, None)


def _country(scene: Scene, text: str) -> str:
    """Find the country a text names, in any language: by its name, a slip of it, its name among
    other words, or its code in capitals (in small letters too many are words of a language)."""
    if text in scene.library.lines.countries and text != SHOUTED:
        return text
    typed = fold(text)
    named = [
        (fold(name), code)
        for code, country in scene.library.lines.countries.items()
        for house in scene.library.houses.values()
        for name in (words.country_name(house, code), *country.also)
    ]
    whole = {code for name, code in named if typed == name}
    within = {code for name, code in named if f" {name} " in f" {typed} "}
    near = {code for name, code in named if close(typed, name)}
    found = whole or within or near
    return found.pop() if len(found) == 1 else ""


def _show(scene: Scene, category: str | None) -> None:
    scene.urgency = Urgency.CRISIS
    scene.effects.append(Count("crisis.shown"))
    settings = scene.talk.settings
    country = str(settings.get("country") or "") or None
    zone, region = str(settings.get("zone") or ""), str(settings.get("region") or "")
    shown = words.help_now(
        scene.house,
        scene.library.lines,
        country=country,
        guess=words.guess_country(scene.library.lines, zone, f"-{region}" if region else ""),
        category=category,
        today=scene.now.date(),
    )
    _lay(scene, "crisis", shown, category=category or "")


def _ask(scene: Scene, danger: Danger) -> None:
    scene.urgency = Urgency.CRISIS
    scene.effects.append(Count("crisis.asked"))
    _lay(scene, "gentle", words.ask_gently(scene.house, danger.category), category=danger.category)


def _countries(scene: Scene, page: int) -> None:
    shown = words.choose_country(scene.house, scene.library.lines)
    offers = shown.offers[page * PAGE : (page + 1) * PAGE]
    options = [(offer.key, offer.label) for offer in offers]
    if len(shown.offers) > PAGE:
        following = page + 1 if (page + 1) * PAGE < len(shown.offers) else 0
        options.append((f"page-{following}", scene.house.phrase("choice-more")))
    category = str(scene.talk.panel.data.get("category", "")) if scene.talk.panel else ""
    _panel(scene, "countries", shown.lines, options, category)


def _lay(scene: Scene, name: str, shown: words.Help, *, category: str) -> None:
    _panel(scene, name, shown.lines, [(o.key, o.label) for o in shown.offers], category)


def _panel(
    scene: Scene,
    name: str,
    lines: Sequence[str],
    options: Sequence[tuple[str, str]],
    category: str,
) -> None:
    text = (Span("\n\n".join(lines)),)
    scene.panel(name, text, options, data={"category": category})


def _is_call(scene: Scene, text: str) -> bool:
    folded = fold(text)
    if text.strip().lower() in CALLS or folded in CALLS:
        return True
    return any(
        folded == typed_content(word)
        for house in scene.library.houses.values()
        if (command := house.commands.get("crisis")) is not None
        for word in command.words
    )


def is_offered(scene: Scene, text: str) -> bool:
    """Whether a text is word for word a choice of the panel or of the open question."""
    typed = fold(text)
    panel = scene.talk.panel
    labels = []
    if panel is not None and panel.name not in OWN_WORDS:
        labels += panel.data.get("labels", {}).values()
    found = open_question(scene)
    if found is not None and isinstance(found[1].question, Choose):
        frame, step = found
        shown = scene.library.words(scene.talk.language, frame.flow, step.id).labels
        labels += [shown.get(key, key) for key in found[1].question.options]
    return any(typed == typed_content(str(label)) for label in labels)
