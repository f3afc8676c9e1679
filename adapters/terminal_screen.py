"""Ajar in a real terminal: wrapped words, choices by arrow keys, by number or by typing.

Owns drawing and keys. Must not know conversations; imports its libraries only where a person sits
at a terminal.
"""

from __future__ import annotations

from prompt_toolkit import PromptSession
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from adapters.terminal import numbered, pressed, safe, spoken
from bot.events import Event
from bot.replies import Choice, Form, Manner, Reply

WIDTH = 80
"""Columns at most: longer lines are hard to read."""

STYLES = {Manner.PLAIN: "", Manner.STRONG: "bold", Manner.OWN: "italic", Manner.TIME: ""}


class TerminalScreen:
    """A person's terminal. The latest question is the one the arrow keys act on."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._console.width = min(WIDTH, self._console.width)
        self._open = Reply(())
        self._at = 0
        self._ticked: set[int] = set()
        self._interrupted = False
        self._session: PromptSession[str] = PromptSession(
            self._prompt, key_bindings=self._keys(), erase_when_done=True
        )

    def show(self, reply: Reply) -> None:
        """Draw one reply; the choices of the latest are drawn with the prompt."""
        self._draw(reply)
        if reply.choices or reply.ways:
            self._open = reply
            self._at = 0
            self._ticked = {i for i, choice in enumerate(reply.choices) if choice.chosen}
        if self._session.app.is_running:
            # It came while the person was thinking: it stands above now, and we ask anew.
            self._interrupted = True
            self._session.app.exit(result="")

    def tell(self, words: str) -> None:
        """Show a few words in passing."""
        self._console.print(Text(safe(words), style="dim"))

    async def next(self) -> Event | None:
        """Wait for a choice or typed words; None when the person leaves."""
        while True:
            self._interrupted = False
            try:
                with patch_stdout(raw=True):
                    line = await self._session.prompt_async(handle_sigint=False)
            except (KeyboardInterrupt, EOFError):
                return None
            if line.strip():
                self._echo(line.strip())
                return spoken(line)
            if not self._interrupted and (event := pressed(self._open, self._chosen())):
                labels = [self._open.choices[index].label for index in self._chosen()]
                self._echo(", ".join(labels) or (self._open.done or Choice("", "")).label)
                return event

    def _chosen(self) -> list[int]:
        if self._open.form is Form.PICK:
            return sorted(self._ticked)
        return [self._at] if self._open.choices else []

    def _draw(self, reply: Reply) -> None:
        words = Text()
        for span in reply.text:
            words.append(safe(span.text), STYLES[span.manner])
        self._console.print(words)
        if reply.picture:
            self._console.print(Text(f"[{safe(reply.picture.alt)}]", style="dim"))
        if reply.file:
            self._console.print(Text(safe(f"{reply.file.name}\n{reply.file.body}")))
        self._console.print()

    def _echo(self, words: str) -> None:
        self._console.print(Text(f"› {safe(words)}", style="dim"))
        self._console.print()

    def _prompt(self) -> StyleAndTextTuples:
        """Draw the choices with a pointer, the words that can be typed, and the place to type."""
        lines: StyleAndTextTuples = []
        for index, (number, label) in enumerate(numbered(self._open)):
            here = index == self._at
            box = ""
            if self._open.form is Form.PICK:
                box = "◉ " if index in self._ticked else "○ "
                label = self._open.choices[index].label
            pointer = "❯" if here else " "
            lines.append(("bold" if here else "", f"{pointer} {number}) {box}{safe(label)}\n"))
        if self._open.ways:
            ways = " · ".join(safe(way.label) for way in self._open.ways)
            lines.append(("ansibrightblack", f"  {ways}\n"))
        lines.append(("bold", "› "))
        return lines

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        choosing = Condition(
            lambda: not self._session.default_buffer.text and bool(self._open.choices)
        )
        picking = Condition(lambda: self._open.form is Form.PICK)

        @keys.add("up", filter=choosing)
        def _up(_press: KeyPressEvent) -> None:
            self._at = (self._at - 1) % len(self._open.choices)

        @keys.add("down", filter=choosing)
        def _down(_press: KeyPressEvent) -> None:
            self._at = (self._at + 1) % len(self._open.choices)

        @keys.add("space", filter=choosing & picking)
        def _tick(_press: KeyPressEvent) -> None:
            self._ticked ^= {self._at}

        return keys
