"""What Telegram's failures mean for us: one table.

Owns the reading of every refusal and every broken connection. Telegram gives no error codes finer
than the HTTP status, so its English descriptions are matched here and nowhere else. Must not know
what was being done. A sentence made here never quotes an answer of the server.
"""

from __future__ import annotations

from enum import StrEnum

from telegram.error import TelegramError

from adapters.telegram.wire import Foreign, Refused, Unsent
from bot.errors import (
    AdapterStopped,
    AjarError,
    Gone,
    OutcomeUnknown,
    Rejected,
    Throttled,
    Transient,
)


class Meaning(StrEnum):
    """What a failure asks us to do."""

    GONE = "gone"  # mark the person as unreachable
    REJECTED = "rejected"  # never send this again
    UNAUTHORISED = "unauthorised"  # only the operator can help
    THROTTLED = "throttled"  # wait as told
    TRANSIENT = "transient"  # it did not arrive; try again
    UNKNOWN = "unknown"  # it may have arrived
    CONFLICT = "conflict"  # somebody else takes this bot's updates
    UNCHANGED = "unchanged"  # the message already looks like this: that is success
    UNEDITABLE = "uneditable"  # the message to edit is gone or too old
    UNDELETABLE = "undeletable"  # a message to delete is gone or too old
    LATE = "late"  # the button press is too old to be answered
    MARKUP = "markup"  # an older server that does not know an entity


TABLE: tuple[tuple[int, str, Meaning], ...] = (
    (401, "", Meaning.UNAUTHORISED),
    (404, "", Meaning.UNAUTHORISED),  # Telegram's answer to a token of the wrong shape
    (403, "", Meaning.GONE),  # blocked by the user, deactivated, can't initiate, was kicked
    (409, "", Meaning.CONFLICT),
    (429, "", Meaning.THROTTLED),
    (400, "chat not found", Meaning.GONE),
    (400, "user not found", Meaning.GONE),
    (400, "user is deactivated", Meaning.GONE),
    (400, "peer_id_invalid", Meaning.GONE),
    (400, "input_user_deactivated", Meaning.GONE),
    (400, "user_is_blocked", Meaning.GONE),
    (400, "message is not modified", Meaning.UNCHANGED),
    (400, "message to edit not found", Meaning.UNEDITABLE),
    (400, "message can't be edited", Meaning.UNEDITABLE),
    (400, "message_id_invalid", Meaning.UNEDITABLE),
    (400, "there is no text in the message to edit", Meaning.UNEDITABLE),
    (400, "there is no caption in the message to edit", Meaning.UNEDITABLE),
    (400, "message can't be deleted", Meaning.UNDELETABLE),
    (400, "message to delete not found", Meaning.UNDELETABLE),
    (400, "query is too old", Meaning.LATE),
    (400, "query id is invalid", Meaning.LATE),
    (400, "query_id_invalid", Meaning.LATE),
    (400, "messageentity", Meaning.MARKUP),
    (400, "can't parse entities", Meaning.MARKUP),
    (500, "", Meaning.TRANSIENT),
    (502, "", Meaning.TRANSIENT),
    (503, "", Meaning.TRANSIENT),
    (504, "", Meaning.UNKNOWN),
)
"""Status, a part of the description in small letters, meaning. The first row that fits counts."""

PAUSE_SECONDS = 5.0
"""How long to wait when Telegram says to slow down without saying for how long."""

REFUSED = (
    "Telegram refuses the token: ask BotFather for the bot's current one (/mybots, API Token), "
    "put it into TELEGRAM_TOKEN and start again."
)


def meaning(problem: TelegramError) -> Meaning:
    """Say what a failure of one request means."""
    if isinstance(problem, Refused):
        for status, words, meant in TABLE:
            if problem.status == status and words in problem.description:
                return meant
        return Meaning.TRANSIENT if problem.status >= 500 else Meaning.REJECTED
    if isinstance(problem, Unsent):
        return Meaning.TRANSIENT
    if isinstance(problem, Foreign) and 300 <= problem.status < 500:
        return Meaning.TRANSIENT  # a proxy's refusal: it let nothing through
    return Meaning.UNKNOWN


def pause(problem: TelegramError) -> float:
    """Seconds to wait, as Telegram told."""
    return (problem.after if isinstance(problem, Refused) else 0) or PAUSE_SECONDS


def failure(problem: TelegramError) -> AjarError:
    """Give our error for a reply that could not be delivered."""
    match meaning(problem):
        case Meaning.GONE:
            return Gone("The person cannot be reached on Telegram until they write again.")
        case Meaning.UNAUTHORISED:
            return AdapterStopped(REFUSED)
        case Meaning.THROTTLED:
            return Throttled(pause(problem))
        case Meaning.TRANSIENT | Meaning.CONFLICT:
            return Transient("Telegram could not take the message; it will be tried again.")
        case Meaning.UNKNOWN:
            return OutcomeUnknown("Telegram did not say whether it took the message.")
        case meant:
            return Rejected(f"Telegram refuses this message ({meant}): it will not be sent again.")
