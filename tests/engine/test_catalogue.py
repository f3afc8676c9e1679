"""Everything a person is sent comes from the reviewed content, filled only with their own words."""

from __future__ import annotations

import random
import re
from datetime import timedelta

from bot.engine.effects import Keep, Look, Row
from bot.engine.notebook import answer
from bot.engine.wording import SLOT
from bot.events import Chose, Commanded, Said
from bot.flows.house import BUILT_IN
from bot.flows.library import Library
from bot.replies import Manner
from bot.testing import Player, buttons

MARKER = "xylograph"
"""The only word the player ever types that is not an answer."""


def pieces(library: Library) -> set[str]:
    """Every text that content holds, as it was written."""
    found: set[str] = set(BUILT_IN.values())
    for house in library.houses.values():
        for variants in house.phrases.values():
            found |= set(variants)
        found |= {f"/{c.name}: {c.describe}" for c in house.commands.values()}
        found.add(house.name)
    for country in library.lines.countries.values():
        found |= {line.name for line in country.lines}
    for wordings in library.wordings.values():
        for wording in wordings.values():
            found.add(wording.title)
            for words in wording.steps.values():
                found |= {*words.say, *words.labels.values(), words.again, words.alt}
    return found


def catalogue(library: Library) -> tuple[set[str], re.Pattern[str]]:
    """Every piece of a text, cut at its slots and emphasis; and what a filled line looks like."""
    cut = {line.name for one in library.lines.countries.values() for line in one.lines}
    filled = []
    for piece in pieces(library):
        for part in SLOT.split(piece):
            fallback = part.partition(" or ")[2] or part
            cut |= {text for text in (*part.split("*"), *fallback.split("*")) if text.strip()}
        for line in piece.split("\n"):
            parts = SLOT.split(line.replace("*", ""))[::2]
            if len(parts) > 1 and len("".join(parts)) > 3:
                filled.append(".*".join(map(re.escape, parts)).strip())
    return cut, re.compile("|".join(sorted(filled)))


def test_everything_said_is_in_the_catalogue(shipped: Library) -> None:
    """In long random talks, each sentence sent is one that a person wrote and reviewed, and each
    text of unknown origin is the person's own."""
    known, filled = catalogue(shipped)
    numbers = {str(number) for number in range(-20, 100)}
    commands = [name for name in shipped.house("en").commands if name != "language"]
    for seed in range(30):
        chance = random.Random(seed)
        player = Player(shipped, seed=seed).send("/start")
        rows: list[Row] = []
        for _ in range(60):
            taps = [c.token for reply in player.history[-6:] for c in buttons(reply)]
            roll = chance.random()
            if taps and roll < 0.75:
                player.happens(Chose(chance.choice(taps)))
            elif roll < 0.9:
                player.happens(Said(MARKER))
            else:
                player.happens(Commanded(chance.choice(commands)))
            for effect in player.last.effects:
                if isinstance(effect, Keep):
                    rows.append(
                        Row(
                            str(len(rows)),
                            effect.kind,
                            effect.flow,
                            effect.step,
                            effect.turn,
                            effect.at,
                            effect.value,
                            effect.shown,
                        )
                    )
                if isinstance(effect, Look) and effect.what != "export":
                    turn = answer(shipped, player.last, effect, rows, player.clock())
                    player.talk, player.seen = turn.conversation, list(turn.replies)
                    player.history += turn.replies
            player.clock.advance(timedelta(minutes=chance.choice([0, 5, 3000])))
            for reply in player.seen:
                for span in reply.text:
                    if span.manner in (Manner.OWN, Manner.TIME):
                        continue
                    for line in filter(str.strip, span.text.split("\n")):
                        assert (
                            line.strip() in numbers
                            or any(line.strip() in piece for piece in known)
                            or filled.fullmatch(line.strip())
                            or _dated(line, known)
                        ), f"“{line}” was never reviewed"


def _dated(line: str, known: set[str]) -> bool:
    """A heading of the notebook: a date and the title of a flow."""
    day, _, title = line.partition(" · ")
    return day.replace("-", "").isdigit() and title in known
