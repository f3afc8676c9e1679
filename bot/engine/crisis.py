"""What is said when somebody may be in danger: care first, then lines, then who is speaking.

Owns the order of that message and the choices beneath it. Pure: country, guess and day are given.
Knows nothing of how danger was noticed or how a message is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.engine.words import fold
from bot.flows.crisis_lines import Country, CrisisLine, CrisisLines
from bot.flows.house import House

CARRY_ON, STOP, OTHER, LINES, SAFE, UNSAFE = (
    "carry-on", "stop", "other-countries", "lines", "safe", "unsafe",
)  # fmt: skip
COUNTRY = "country-"
"""A choice `country-es` asks for the lines of Spain; so is its name called among the phrases."""

_OWN_FIRST = {
    "partner-violence": "crisis-first-partner",
    "sexual-abuse": "crisis-first-sexual",
    "child-danger": "crisis-first-child",
    "harm-others": "crisis-first-others",
    "self-harm": "crisis-first-self-harm",
    "eating": "crisis-first-eating",
    "overdose": "crisis-first-overdose",
    "worry": "crisis-first-worry",
}
"""Categories with first words of their own; every other one begins with `crisis-first`."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice beneath: `key` comes back when it is taken, `label` is shown."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Help:
    """One message: its lines of text from the top, and its choices in order."""

    lines: tuple[str, ...]
    offers: tuple[Offer, ...] = ()

    @property
    def text(self) -> str:
        """The message as one text, an empty line between its parts."""
        return "\n\n".join(self.lines)


def help_now(
    house: House,
    facts: CrisisLines,
    *,
    country: str | None,
    guess: str | None,
    category: str | None,
    today: date,
) -> Help:
    """Give the message for someone in danger now.

    `country` is what the person told us (ISO code) or None; `guess` comes from their zone or
    locale and is only ever offered, named as a guess. There is no default country.
    """
    first = house.phrase(_OWN_FIRST.get(category or "", "crisis-first"))
    known = facts.countries.get(country or "")
    if known is None:
        return _without_country(house, facts, first, guess)
    parts = [first, _emergency(house, known), *_lines(house, facts, known, today)]
    parts.append(house.phrase("crisis-program"))
    return Help(tuple(parts), _ways(house, Offer(OTHER, house.phrase("choice-other-countries"))))


def _without_country(house: House, facts: CrisisLines, first: str, guess: str | None) -> Help:
    parts = (
        first,
        house.phrase("crisis-emergency"),
        house.phrase("crisis-directory", address=facts.directory),
        house.phrase("crisis-program"),
        house.phrase("crisis-where"),
    )
    offers = [Offer(OTHER, house.phrase("choice-countries"))]
    if guess is not None and guess in facts.countries:
        name = house.phrase("crisis-guess", country=country_name(house, guess))
        offers.insert(0, Offer(COUNTRY + guess.lower(), name))
    return Help(parts, _ways(house, *offers))


def ask_gently(house: House, category: str | None) -> Help:
    """Give the one caring question for a vague sign, or for someone else's danger."""
    key = "gentle-question-worry" if category == "worry" else "gentle-question"
    offers = (
        Offer(SAFE, house.phrase("choice-safe")),
        Offer(UNSAFE, house.phrase("choice-unsafe")),
        Offer(LINES, house.phrase("choice-lines")),
    )
    return Help((house.phrase(key),), offers)


def answer_safe(house: House) -> Help:
    """Give the few words after "I am safe"; nothing is asked again."""
    return Help((house.phrase("gentle-safe"),), _ways(house))


def listening(house: House, *, where: bool) -> Help:
    """Give the answer to words typed beneath the lines: no talk, and no hurry to go on. `where`
    asks for the country again."""
    parts = [house.phrase("crisis-listening")]
    parts += [house.phrase("crisis-where")] if where else []
    choose = house.phrase("choice-countries" if where else "choice-other-countries")
    return Help(tuple(parts), _ways(house, Offer(OTHER, choose)))


def choose_country(house: House, facts: CrisisLines) -> Help:
    """Give every country there are facts for, by its name in this language."""
    offers = [Offer(COUNTRY + code.lower(), country_name(house, code)) for code in facts.countries]
    offers.sort(key=lambda offer: fold(offer.label))
    parts = (
        house.phrase("crisis-which-country"),
        house.phrase("crisis-directory", address=facts.directory),
    )
    return Help(parts, tuple(offers))


def country_name(house: House, code: str) -> str:
    """Give the country's name in this language."""
    return house.phrase(COUNTRY + code.lower())


def guess_country(facts: CrisisLines, zone: str, locale: str) -> str | None:
    """Guess a country from the person's zone, else from the region of a locale such as `de-AT`.

    Only a guess: to be offered, never used as if it were known.
    """
    for code, country in facts.countries.items():
        if zone in country.zones:
            return code
    region = (
        locale.replace("_", "-").split("-")[-1].upper() if "-" in locale.replace("_", "-") else ""
    )
    return region if region in facts.countries else None


def _ways(house: House, *others: Offer) -> tuple[Offer, ...]:
    return (
        *others,
        Offer(CARRY_ON, house.phrase("choice-carry-on")),
        Offer(STOP, house.phrase("choice-stop-here")),
    )


def _emergency(house: House, country: Country) -> str:
    if not country.emergency:
        return house.phrase("crisis-emergency")
    return house.phrase("crisis-emergency-here", number=country.emergency)


def _lines(house: House, facts: CrisisLines, country: Country, today: date) -> Sequence[str]:
    name = country_name(house, country.code)
    if not country.lines:
        return (house.phrase("crisis-no-line", country=name, address=facts.directory),)
    shown = [house.phrase("crisis-lines", country=name)]
    shown += [
        "\n".join(_one(house, line, stale=facts.stale(line, today))) for line in country.lines
    ]
    return shown


def _one(house: House, line: CrisisLine, *, stale: bool) -> list[str]:
    """Give one service as lines: its name, each way to reach it as dialled, its hours."""
    ways = []
    if line.phone:
        numbers = " / ".join((line.phone, *line.other_phones))
        ways.append(house.phrase("crisis-phone", number=numbers))
    if line.sms and line.sms_word:
        ways.append(house.phrase("crisis-sms-word", number=line.sms, word=line.sms_word))
    elif line.sms:
        ways.append(house.phrase("crisis-sms", number=line.sms))
    if line.whatsapp:
        ways.append(house.phrase("crisis-whatsapp", number=line.whatsapp))
    if line.chat or line.url:
        ways.append(house.phrase("crisis-chat" if line.chat else "crisis-page",
                                 address=line.chat or line.url))  # fmt: skip
    if line.email:
        ways.append(house.phrase("crisis-email", address=line.email))
    if line.hours:
        ways.append(house.phrase("crisis-hours", hours=line.hours))
    if line.languages and house.language not in line.languages:
        ways.append(house.phrase("crisis-languages", languages=", ".join(line.languages)))
    if stale:
        ways.append(
            house.phrase("crisis-double-check", date=line.as_of.isoformat())
            if line.as_of
            else house.phrase("crisis-double-check-undated")
        )
    return [line.name, *ways]
