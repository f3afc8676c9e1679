"""Interactions that wait for their one answer.

Owns that each is answered exactly once and within Discord's three seconds, whoever comes first: the
reply that closes the question, a notice, a bare acknowledgement, or the clock. No answer makes a
message that stays: an answer carries no nonce, so a crash could show it twice. Nothing here
outlives the process, and nothing is lost with it: whatever cannot go through an interaction goes
into the DM as a message.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from adapters.discord import failures
from adapters.discord.incoming import Interaction, Kind
from adapters.discord.outgoing import EPHEMERAL, Payload
from adapters.discord.rest import Rest
from bot.errors import AjarError

log = logging.getLogger(__name__)

DEFER_AFTER = 1.5
"""Seconds after which an unanswered interaction is put off: half of the three that Discord gives,
the other half is for the way there."""

ANSWER_TIME = 2.5
"""Seconds for the call that answers: later than this Discord no longer takes it."""

TOKEN_LIFE = 14 * 60.0
"""Seconds for which an interaction's token is used again; Discord honours it for 15 minutes."""

POINTERS = 1000
"""Ephemeral signposts remembered, so that they can still say how to open DMs."""


class Answer(IntEnum):
    """The ways to answer an interaction."""

    MESSAGE = 4
    MESSAGE_LATER = 5
    UPDATE_LATER = 6
    UPDATE = 7
    MODAL = 9


@dataclass(eq=False, slots=True)
class Live:
    """One interaction and what has become of it."""

    interaction: Interaction
    arrived: float
    claimed: bool = False
    durable: bool = False
    filed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once its event is durable, or it was answered without that."""
    deferring: bool = False
    deferred: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once something was said in answer, or it is clear that nothing will be."""
    clock: asyncio.TimerHandle | None = None

    def file(self) -> None:
        """Note that its event is durable: from now on it may be answered with what came of it."""
        self.durable = True
        self.filed.set()


class Answering:
    """The interactions in flight."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._by_message: defaultdict[str, list[Live]] = defaultdict(list)
        self._by_account: defaultdict[str, list[Live]] = defaultdict(list)
        self._pointers: OrderedDict[str, Live] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, interaction: Interaction) -> Live:
        """Take an interaction in; from now on the clock runs."""
        loop = asyncio.get_running_loop()
        live = Live(interaction, loop.time())
        if interaction.private:
            self._by_account[interaction.account].append(live)
            if interaction.message:
                self._by_message[interaction.message].append(live)
        live.clock = loop.call_later(DEFER_AFTER, self._put_off, live)
        return live

    def claim(self, live: Live) -> bool:
        """Take the right to answer; only the first to ask gets it."""
        if live.claimed:
            return False
        live.claimed = True
        live.filed.set()
        if live.clock is not None:
            live.clock.cancel()
        _forget(self._by_account, live.interaction.account, live)
        _forget(self._by_message, live.interaction.message, live)
        return True

    async def update(self, message: str, payload: Payload) -> bool:
        """Answer a press on this message by changing the message; False where none waits."""
        for live in tuple(self._by_message.get(message, ())):
            if await self._claim_filed(live):
                return await self._answer(live, Answer.UPDATE, payload)
        return False

    def release(self, account: str) -> None:
        """Acknowledge whatever this person pressed: a message of another kind is on its way, and
        no closing is to be waited for."""
        for live in tuple(self._by_account.get(account, ())):
            self._start(self._release(live))

    async def _release(self, live: Live) -> None:
        if await self._claim_filed(live):
            await self._acknowledge(live)

    async def _claim_filed(self, live: Live) -> bool:
        """Claim as soon as the event is durable. A reply may be here before `receive` has come
        back to say so; should the commit be slow, the clock ends the wait by claiming first."""
        await live.filed.wait()
        return self.claim(live)

    async def tell(self, live: Live, payload: Payload) -> None:
        """Answer with a line that only the person sees, even after a delay."""
        try:
            if self.claim(live):
                await self._answer(live, Answer.MESSAGE, payload)
            elif live.deferring and _waits_openly(live):
                await live.deferred.wait()
                await self._amend(live, payload)
        finally:
            live.told.set()

    async def modal(self, live: Live, form: Payload) -> None:
        """Answer by opening a modal."""
        if self.claim(live):
            await self._answer(live, Answer.MODAL, form)

    async def acknowledge(self, live: Live) -> None:
        """Answer without saying anything; a sign of waiting that the clock has put up is taken
        down."""
        if self.claim(live):
            await self._acknowledge(live)
        elif live.deferred.is_set() and _waits_openly(live):
            await self._take_back(live)

    def point(self, live: Live) -> None:
        """Remember who is about to be shown into the DM, in case it turns out to be closed."""
        self._pointers[live.interaction.account] = live
        self._pointers.move_to_end(live.interaction.account)
        if len(self._pointers) > POINTERS:
            self._pointers.popitem(last=False)

    async def correct_pointer(self, account: str, payload: Payload) -> None:
        """Say this where the person was last shown into the DM, instead of that or after it."""
        live = self._pointers.pop(account, None)
        if live is None or asyncio.get_running_loop().time() - live.arrived > TOKEN_LIFE:
            return
        if await self._claim_filed(live):
            await self._answer(live, Answer.MESSAGE, payload)
            return
        try:
            async with asyncio.timeout(2 * ANSWER_TIME):
                await live.told.wait()
        except TimeoutError:
            log.info("Nobody could be told that their DM is closed: the first answer is missing.")
            return
        await self._amend(live, payload)

    async def close(self) -> None:
        """Put off whatever waits, and finish what was begun."""
        for waiting in tuple(self._by_account.values()):
            for live in tuple(waiting):
                self._put_off(live)
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _put_off(self, live: Live) -> None:
        if self.claim(live):
            live.deferring = True
            self._start(self._defer(live))

    async def _defer(self, live: Live) -> None:
        if not _waits_openly(live) and live.interaction.private:
            await self._answer(live, Answer.UPDATE_LATER)
            return
        # What is put off is always ephemeral: a signpost elsewhere, a sign of waiting in the DM.
        await self._answer(live, Answer.MESSAGE_LATER, {"flags": EPHEMERAL})
        live.deferred.set()
        if live.interaction.private and live.durable:
            await self._take_back(live)

    async def _acknowledge(self, live: Live) -> None:
        live.deferring = True
        if _waits_openly(live):
            await self._defer(live)
        else:
            await self._answer(live, Answer.UPDATE_LATER)

    async def _answer(self, live: Live, kind: Answer, data: Payload | None = None) -> bool:
        """Make the one call that answers. False if Discord did not take it: too late, answered
        already, or out of reach; then the DM has to do."""
        body: Payload = {"type": int(kind)}
        if data is not None:
            body["data"] = data
        return await self._quietly(
            self._rest.call(
                "POST",
                "/interactions/{webhook_id}/{webhook_token}/callback",
                body,
                within=ANSWER_TIME,
                webhook_id=live.interaction.id,
                webhook_token=live.interaction.token,
            )
        )

    async def _amend(self, live: Live, payload: Payload) -> None:
        body = {name: value for name, value in payload.items() if name != "flags"}
        await self._original(live, "PATCH", body)

    async def _take_back(self, live: Live) -> None:
        await self._original(live, "DELETE", None)

    async def _original(self, live: Live, method: str, body: Payload | None) -> None:
        await self._quietly(
            self._rest.call(
                method,
                "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
                body,
                webhook_id=live.interaction.application,
                webhook_token=live.interaction.token,
            )
        )

    async def _quietly(self, call: Coroutine[Any, Any, Any]) -> bool:
        try:
            with failures.translated():
                await call
        except AjarError as failure:
            log.info("An interaction was not answered: %s", failure)
            return False
        return True

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _waits_openly(live: Live) -> bool:
    """Tell whether putting it off shows a sign of waiting: a command does, a press in our DM does
    not."""
    return live.interaction.kind is Kind.COMMAND or not live.interaction.private


def _forget(index: defaultdict[str, list[Live]], name: str, live: Live) -> None:
    waiting = index.get(name)
    if waiting and live in waiting:
        waiting.remove(live)
        if not waiting:
            del index[name]
