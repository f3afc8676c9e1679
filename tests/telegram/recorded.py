"""A request to the fake Bot API server, read and kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

JSON_FIELDS = (
    "reply_markup", "entities", "caption_entities", "allowed_updates", "commands", "scope",
    "menu_button", "link_preview_options", "chat_id", "message_id", "message_ids",
    "timeout", "offset", "limit", "max_connections", "drop_pending_updates", "show_alert",
    "cache_time", "disable_content_type_detection",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """One recorded request."""

    method: str
    params: dict[str, Any]
    at: float
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def chat(self) -> int:
        """The chat it is about, or 0."""
        return int(self.params.get("chat_id", 0))


async def read(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Take a form apart: parameters as values, and files by field."""
    params: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
            continue
        text = value if isinstance(value, str) else bytes(value).decode()
        params[name] = json.loads(text) if name in JSON_FIELDS else text
    return params, files
