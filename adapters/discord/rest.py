"""Calls to Discord's REST interface.

Owns one logged-in client that lives as long as the adapter, whatever becomes of the gateway.
Errors are passed on as the library raises them; `failures` gives them their names.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord.http import Route

from adapters.discord import client as clients
from adapters.discord.outgoing import Payload, Upload

CALL_TIME = 45.0
"""Seconds for one call, the library's own waits for limits and retries of 5xx included (they may
take 30 and 25 s); beyond it the call is given up and tried again later under the same nonce."""


class Rest:
    """The REST interface, as one person after another needs it."""

    def __init__(self, token: str, api_url: str) -> None:
        self._token = token
        self._api_url = api_url
        self._client: discord.Client | None = None
        self._logging_in = asyncio.Lock()

    async def call(
        self,
        method: str,
        path: str,
        body: Payload | None = None,
        *,
        uploads: Sequence[Upload] = (),
        query: Mapping[str, str] | None = None,
        within: float = CALL_TIME,
        **places: str,
    ) -> Any:
        """Make one call. `places` fill the path; those that bound a rate limit carry the library's
        names (`channel_id`, `webhook_id`, `webhook_token`). Raises TimeoutError and whatever the
        library raises."""
        arguments: dict[str, Any] = {}
        if query:
            arguments["params"] = dict(query)
        if uploads:
            arguments["files"], arguments["form"] = _multipart(body, uploads)
        elif body is not None:
            arguments["json"] = body
        async with asyncio.timeout(within):
            client = await self.log_in()
            return await client.http.request(Route(method, path, **places), **arguments)

    async def log_in(self) -> discord.Client:
        """Log in if that has not happened yet. Raises what the library raises."""
        if self._client is not None:
            return self._client
        async with self._logging_in:
            if self._client is None:
                client = discord.Client(**clients.options())
                clients.aim_rest(client, self._api_url)
                try:
                    await client.login(self._token)
                except BaseException:
                    await clients.close(client)
                    raise
                self._client = client
            return self._client

    async def close(self) -> None:
        """Let go of the connections."""
        async with self._logging_in:
            if self._client is not None:
                await clients.close(self._client)
                self._client = None


def _multipart(
    body: Payload | None, uploads: Sequence[Upload]
) -> tuple[list[discord.File], list[dict[str, Any]]]:
    files = [discord.File(io.BytesIO(upload.body), filename=upload.name) for upload in uploads]
    form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body or {})}]
    form += [
        {
            "name": f"files[{place}]",
            "value": file.fp,
            "filename": upload.name,
            "content_type": upload.media_type,
        }
        for place, (file, upload) in enumerate(zip(files, uploads, strict=True))
    ]
    return files, form
