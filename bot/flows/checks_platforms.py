"""Checks of what fits: every text, button and picture goes through on every platform.

Owns codes C401 to C407 and C410, and the limits behind them.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.checks_answers import find_step, place_of
from bot.flows.content import LABELS, PROSE, Content, Shown
from bot.flows.findings import Finding
from bot.flows.lines import slots
from bot.flows.model import Choose, Pick, Question, Scale, StepWords, Write
from bot.replies import TOKEN_LIMIT

DISCORD_TEXT = 2000
"""Characters of a Discord message's `content`."""

TELEGRAM_TEXT = 4096
"""UTF-16 units of a Telegram message."""

LABEL_LIMIT = 80
"""Characters of a Discord button's label."""

LABEL_READABLE = 38
"""Characters of a button's label that Discord's design pages recommend not to pass."""

OPTIONS_LIMIT = 25
"""Buttons of a Discord message, and options of its select menu."""

DESCRIPTION_LIMIT = 100
"""Characters of a Discord command's description (Telegram allows 256)."""

PICTURE_LIMIT = 10 * 1024 * 1024
"""Bytes of a picture: 10 MiB a file on Discord, 10 MB a photo on Telegram; the smaller is taken."""

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")

WORD_LIMIT = TOKEN_LIMIT - len("abcd.zzzzzz.+")
"""Characters of a stored word: a token holds 4 of a tag, up to 6 of a turn, dots and a sign."""


def check_lengths(content: Content) -> Iterator[Finding]:
    """C401, C402: a message fits, even with the longest answer put in."""
    for text in content.texts():
        if text.slot not in PROSE:
            continue
        grown = sum(_growth(content, text.flow, slot.name) for slot in slots(text.text))
        length = len(text.text) + grown
        units = len(text.text.encode("utf-16-le")) // 2 + grown
        may = "may have, with the longest answer put in," if grown else "has"
        instead = "Shorten it, or split it into several steps."
        if units > TELEGRAM_TEXT:
            problem = f"This message {may} {units:,} characters; Telegram takes {TELEGRAM_TEXT:,}."
            yield Finding("C402", text.place, problem, instead)
        elif length > DISCORD_TEXT:
            problem = f"This message {may} {length:,} characters; Discord takes {DISCORD_TEXT:,}."
            yield Finding("C401", text.place, problem, instead)


def _growth(content: Content, flow: str, name: str) -> int:
    """Give how many characters an answer may add, at most."""
    step = find_step(content, flow, name)
    if step is None or step.question is None:
        return 0
    owner = name.rpartition("/")[0] or flow
    return longest(step.question, content.flows[owner].wording.steps[step.id])


def longest(question: Question, words: StepWords) -> int:
    """Give the length of the longest answer, as it is shown."""
    match question:
        case Write(limit=limit):
            return limit
        case Choose(options=options):
            return max((len(words.labels.get(o, o)) for o in options), default=0)
        case Pick(options=options, at_most=at_most):
            lengths = sorted((len(words.labels.get(o, o)) + 2 for o in options), reverse=True)
            return sum(lengths[:at_most])
        case Scale(high=high):
            return len(str(high))


def check_buttons(content: Content) -> Iterator[Finding]:
    """C403 and C404: a button's words fit on it."""
    for text in content.texts():
        if not _is_button(text):
            continue
        length = len(text.text)
        if length > LABEL_LIMIT:
            problem = f"This button has {length} characters; {LABEL_LIMIT} is the most."
            yield Finding("C403", text.place, problem, "Say the long part in `say:`.")
        elif length > LABEL_READABLE:
            problem = f"This button has {length} characters; a phone shows about {LABEL_READABLE}."
            yield Finding("C404", text.place, problem, "Shorten it, first words first.")


def _is_button(text: Shown) -> bool:
    if text.slot == "phrase":
        return text.key.startswith(("choice-", "way-"))
    return text.slot in LABELS or text.slot == "title"


def check_options(content: Content) -> Iterator[Finding]:
    """C405 and C406: there are not too many buttons, and each stored word fits in its token."""
    for source in content.flows.values():
        for step in source.flow.steps.values():
            question = step.question
            count = 0
            if isinstance(question, Scale):
                count = question.high - question.low + 1
            elif isinstance(question, Choose | Pick):
                count = len(question.options)
                slot = type(question).__name__.lower()
                for word in question.options:
                    if len(word) > WORD_LIMIT:
                        problem = f"`{word}` has {len(word)} characters; {WORD_LIMIT} is the most."
                        place = place_of(step, source, slot)
                        instead = "Store a shorter word; what is shown may be longer."
                        yield Finding("C406", place, problem, instead)
            if count > OPTIONS_LIMIT:
                kind = type(question).__name__.lower()
                problem = f"`{step.id}` offers {count} answers; {OPTIONS_LIMIT} is the most."
                place = place_of(step, source, kind)
                yield Finding("C405", place, problem, "Ask in two steps, or use fewer.")


def check_pictures(content: Content) -> Iterator[Finding]:
    """C407: a picture is there, of a known kind, and not too large."""
    for source in content.flows.values():
        for step in source.flow.steps.values():
            if not step.picture:
                continue
            wrong = _wrong_with(content, step.picture)
            if wrong:
                yield Finding("C407", place_of(step, source, "picture"), *wrong)


def _wrong_with(content: Content, picture: str) -> tuple[str, str] | None:
    if not picture.lower().endswith(PICTURE_ENDINGS):
        return f"`{picture}` is not a picture that every platform shows.", "Use a PNG or JPEG file."
    size = content.pictures.get(picture)
    if size is None:
        problem = f"There is no picture `{picture}` in the content folder."
        return problem, "Put it there, or write its path as seen from the content folder."
    if size > PICTURE_LIMIT:
        problem = f"`{picture}` has {size // 1_000_000} MB; 10 is the most."
        return problem, "Save it smaller."
    return None


def check_descriptions(content: Content) -> Iterator[Finding]:
    """C410: a command's description fits in the platforms' lists."""
    for text in content.texts():
        if text.slot == "describe" and len(text.text) > DESCRIPTION_LIMIT:
            problem = f"This description has {len(text.text)} characters; Discord takes 100."
            yield Finding("C410", text.place, problem, "Say it shorter.")
