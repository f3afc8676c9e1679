"""The content in use, and its exchange for a newer one while people are in the middle of it.

Owns which library is current. Must not know how content is read or what is in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from bot.errors import ContentError
from bot.flows.house import BUILT_IN
from bot.flows.library import MASTER, Library
from bot.ports import Phrases
from bot.runtime.logs import log


class Shelf:
    """Holds the current library. Making one reads the content.

    Where it cannot be used, `spare` stands in until a reload finds it mended: help in danger still
    works, and everybody's place is left alone. Without a spare `ContentError` is raised.
    """

    def __init__(
        self, read: Callable[[], Library], spare: Callable[[], Library] | None = None
    ) -> None:
        self._read = read
        self.broken = ""
        try:
            self._library = read()
        except ContentError as error:
            if spare is None:
                raise
            self.broken = str(error)
            self._library = spare()
        self._words: dict[str, dict[str, str]] = {}
        self._commands: dict[str, Sequence[tuple[str, str]]] = {}
        self._spell()

    def library(self) -> Library:
        """Give the library to take a turn with."""
        return self._library

    @property
    def phrases(self) -> Phrases:
        """The house words for adapters; they follow every reload."""
        return Phrases(self._words, self._commands)

    async def reload(self) -> None:
        """Read the content anew; where it has errors, say so and keep the old."""
        try:
            library = await asyncio.to_thread(self._read)
        except ContentError as error:
            log().error("content-kept", version=self._library.version, says=str(error))
            return
        self.broken = ""
        changed = library.version != self._library.version
        self._library = library
        self._spell()
        log().info("content-reloaded", version=library.version, changed=changed)

    def _spell(self) -> None:
        """Fill the phrases in place: adapters hold on to them."""
        self._words.clear()
        self._commands.clear()
        self._words[MASTER] = dict(BUILT_IN)
        for language, house in self._library.houses.items():
            words = self._words.setdefault(language, {})
            words.update({key: variants[0] for key, variants in house.phrases.items() if variants})
            self._commands[language] = [(c.name, c.describe) for c in house.commands.values()]
