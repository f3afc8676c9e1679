"""How times, days and dates are told to a person.

Owns `Tuesday 09:00 (Lisbon)` and its kin, in the person's language and zone. Weekdays and months
are house phrases. Knows nothing of what happens then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.engine.schedule import Rhythm, Slot
from bot.engine.zones import city
from bot.flows.house import House

WORKDAYS = (0, 1, 2, 3, 4)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


def clock(minute: int) -> str:
    """Give a minute of the day as `09:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def moment(house: House, where: ZoneInfo, at: datetime) -> str:
    """Give an instant as `Tuesday 09:00 (Lisbon)`, on the person's own clock."""
    wall = at.astimezone(where)
    day = house.phrase(f"weekday-{wall.weekday()}")
    return f"{day} {wall:%H:%M} ({city(where.key, house.language)})"


def day_name(house: House, day: date) -> str:
    """Give a date as `Friday 4 December`, in the order of the language."""
    return house.phrase(
        "date",
        weekday=house.phrase(f"weekday-{day.weekday()}"),
        day=str(day.day),
        month=house.phrase(f"month-{day.month}"),
    )


def slots(house: House, chosen: Iterable[Slot]) -> str:
    """Give the times of a day as `09:00, 18:00–20:00`."""
    told = (
        clock(slot.opens)
        if slot.exact
        else house.phrase("window", opens=clock(slot.opens), closes=clock(slot.closes))
        for slot in chosen
    )
    return ", ".join(told)


def days(house: House, rhythm: Rhythm) -> str:
    """Give the days of a rhythm in words."""
    if rhythm.every > 1:
        return house.phrase("every-n-days", count=str(rhythm.every))
    if rhythm.weekdays == EVERY_DAY:
        return house.phrase("every-day")
    if rhythm.weekdays == WORKDAYS:
        return house.phrase("on-weekdays")
    return ", ".join(house.phrase(f"weekday-{number}") for number in rhythm.weekdays)
