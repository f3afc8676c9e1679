"""Our replies as the plain payloads that Discord takes.

Owns what a message looks like there: text, components, files, and their sizes. Pure: no network,
no clock, no state; the words it needs and a picture's bytes are given to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import components, markup
from bot.errors import Rejected
from bot.replies import Form, Reply, Span, Text

SUPPRESS_EMBEDS = 1 << 2
"""Message flag: no preview is fetched for any address in the text."""

EPHEMERAL = 1 << 6
"""Message flag: only the person who used the interaction sees it."""

KEY_LIMIT = 25
"""Characters of a nonce."""

ALT_LIMIT = 1024
FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file that Discord takes from any bot."""

ANSWER_LIMIT = 80
"""Characters of a shown answer, so that it always fits beneath its question."""

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """The house words around a question, in the person's language."""

    write: str
    choose: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a message."""

    name: str
    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its payload (without nonce) and the files that go with it."""

    payload: Payload
    uploads: Sequence[Upload] = field(default=())


def draw(reply: Reply, words: Words, picture: bytes | None = None) -> list[Page]:
    """Draw a reply as one or more messages; the last one holds the buttons. `picture` is the
    image's bytes, or None where there is none to show. Raises `Rejected` for what cannot be
    drawn."""
    texts = markup.pages(_whole(reply)) or [""]
    uploads, descriptions = _uploads(reply, picture)
    if texts == [""] and not uploads:
        raise Rejected("A reply without any words cannot be sent to Discord.")
    drawn = [Page(_message(text)) for text in texts]
    last = drawn[-1].payload
    laid = components.rows(reply, words.write, words.choose)
    if laid:
        last["components"] = laid
    if uploads:
        last["attachments"] = [
            {"id": str(place), "filename": upload.name, **described}
            for place, (upload, described) in enumerate(zip(uploads, descriptions, strict=True))
        ]
        drawn[-1] = Page(last, uploads)
    return drawn


def redraw(reply: Reply, words: Words) -> Payload:
    """Draw what an earlier message becomes. Only its last part, which holds the buttons, is
    edited, so the same text cut the same way leaves the other parts as they are. A closing without
    text only takes the buttons off."""
    payload: Payload = {"components": components.rows(reply, words.write, words.choose)}
    texts = markup.pages(_whole(reply))
    if texts:
        payload["content"] = texts[-1]
        payload["allowed_mentions"] = {"parse": []}
    if reply.answer and texts:
        answer = markup.escape(components.cut(reply.answer, ANSWER_LIMIT)).replace("\n", " ")
        payload["content"] = f"{texts[-1]}\n**{answer}**"
    return payload


def private_note(text: Text, linked: tuple[str, str] | None = None) -> Payload:
    """Draw a line that only the person sees, with a button that leads somewhere if `linked` gives
    its label and address."""
    payload = _message((markup.pages(text) or ["…"])[0])
    payload["flags"] |= EPHEMERAL
    payload["components"] = components.link(*linked) if linked else []
    return payload


def nonces(key: str, count: int) -> list[str]:
    """Name the parts of a message so that each is sent once: the key itself for a single message,
    else the key with the part's number. Never longer than a nonce may be."""
    if count == 1:
        return [key]
    suffixes = [f".{part}" for part in range(count)]
    if len(key) + len(suffixes[-1]) > KEY_LIMIT:
        # A shortened key could be another's: a digest is as good as unique and as stable.
        key = hashlib.sha256(key.encode()).hexdigest()[: KEY_LIMIT - len(suffixes[-1])]
    return [key + suffix for suffix in suffixes]


def _message(content: str) -> Payload:
    return {"content": content, "flags": SUPPRESS_EMBEDS, "allowed_mentions": {"parse": []}}


def _whole(reply: Reply) -> Text:
    low, high = reply.ends
    if reply.form is not Form.SCALE or not reply.choices or not (low or high):
        return reply.text
    first, last = reply.choices[0].label, reply.choices[-1].label
    return (*reply.text, Span(f"\n\n{first}: {low}\n{last}: {high}"))


def _uploads(reply: Reply, picture: bytes | None) -> tuple[list[Upload], list[Payload]]:
    uploads: list[Upload] = []
    descriptions: list[Payload] = []
    if reply.picture is not None and picture is not None:
        name = reply.picture.path.replace("\\", "/").rpartition("/")[2]
        uploads.append(Upload(name, picture, "application/octet-stream"))
        descriptions.append({"description": components.cut(reply.picture.alt, ALT_LIMIT)})
    if reply.file is not None:
        uploads.append(Upload(reply.file.name, reply.file.body.encode(), reply.file.media_type))
        descriptions.append({})
    if any(len(upload.body) > FILE_LIMIT for upload in uploads):
        raise Rejected("A file is larger than the 10 MiB that Discord takes.")
    return uploads, descriptions
