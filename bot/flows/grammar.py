"""The closed grammar behind `if`, read once when content is loaded.

Owns the words of conditions and what is said where they are not followed. Knows nothing of flows:
whether a step or a word exists is the checker's business.

    NAME is WORD · NAME is not WORD · NAME is any of WORD / WORD · NAME includes WORD
    NAME at least|at most|over|under N · NAME was skipped · NAME was answered
    visits to NAME at least|at most|over|under N · days since NAME at least|at most|over|under N
    and · or · not · ( )          `not` binds closest, then `and`, then `or`
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.flows.conditions import All, Any, Compares, Condition, Includes, Is, Not, Was
from bot.flows.names import nearest


class Misunderstood(ValueError):
    """The words are not a condition; the message is a sentence that says where it went wrong."""


DEPTH_LIMIT = 20
"""How deep brackets may nest. More than two is hard to read already."""


def parse(words: str) -> Condition:
    """Read a condition. Raises `Misunderstood`."""
    parser = _Parser(re.findall(r"[()]|/(?=\s)|[^\s()]+", words))
    condition = parser.either()
    if parser.ahead:
        raise Misunderstood(parser.expected("`and`, `or` or the end", ("and", "or")))
    return condition


_BOUNDS = ("at least", "at most", "over", "under")
_AFTER_NAME = ("is", "includes", "was", "at", "over", "under")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?")
_WORD = re.compile(r"-?[a-z0-9]+(?:-[a-z0-9]+)*")


class _Parser:
    """Reads words from left to right, one rule of the grammar a method."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0
        self.depth = 0

    @property
    def ahead(self) -> str:
        """The next word, empty at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        """Go past the next word."""
        word = self.ahead
        self.at += 1
        return word

    def goes_on(self, *words: str) -> bool:
        """Go past these words if they are next."""
        if tuple(self.words[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def expected(self, what: str, known: tuple[str, ...] = ()) -> str:
        """Say what should stand here instead of what does."""
        before = f"after `{self.words[self.at - 1]}`" if self.at else "at the beginning"
        found = f"not `{self.ahead}`" if self.ahead else "but it ends there"
        close = nearest(self.ahead, known) if self.ahead else ""
        hint = f" Did you mean `{close}`?" if close else ""
        return f"{before[0].upper()}{before[1:]} comes {what}, {found}.{hint}"

    def either(self) -> Condition:
        parts = [self.every()]
        while self.goes_on("or"):
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def every(self) -> Condition:
        parts = [self.one()]
        while self.goes_on("and"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self) -> Condition:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise Misunderstood(f"It nests more than {DEPTH_LIMIT} deep.")
        try:
            if self.goes_on("not"):
                return Not(self.one())
            if not self.goes_on("("):
                return self.test()
            inner = self.either()
            if not self.goes_on(")"):
                raise Misunderstood(self.expected("`and`, `or` or `)`", ("and", "or")))
            return inner
        finally:
            self.depth -= 1

    def test(self) -> Condition:
        if self.goes_on("visits", "to"):
            return self.compare("visits", self.name())
        if self.goes_on("days", "since"):
            return self.compare("days", self.name())
        name = self.name()
        if self.goes_on("includes"):
            return Includes(name, self.word())
        if self.goes_on("was"):
            how = self.ahead
            if how not in ("skipped", "answered"):
                known = ("skipped", "answered")
                raise Misunderstood(self.expected("`skipped` or `answered`", known))
            self.at += 1
            return Was(name, how)
        if not self.goes_on("is"):
            if self.ahead in ("at", "over", "under"):
                return self.compare("answer", name)
            what = "`is`, `includes`, `was`, `at least`, `at most`, `over` or `under`"
            raise Misunderstood(self.expected(what, _AFTER_NAME))
        if self.goes_on("not"):
            return Not(Is(name, (self.word(),)))
        if self.goes_on("any", "of"):
            return Is(name, tuple(self.several()))
        return Is(name, (self.word(),))

    def several(self) -> Iterator[str]:
        yield self.word()
        while self.goes_on("/"):
            yield self.word()

    def compare(self, what: str, name: str) -> Condition:
        for how in _BOUNDS:
            if self.goes_on(*how.split()):
                if not re.fullmatch(r"-?\d{1,6}", self.ahead):
                    raise Misunderstood(self.expected("a whole number"))
                return Compares(what, name, how, int(self.take()))
        known = ("at", "over", "under")
        if self.goes_on("at"):
            raise Misunderstood(self.expected("`least` or `most`", ("least", "most")))
        raise Misunderstood(self.expected("`at least`, `at most`, `over` or `under`", known))

    def name(self) -> str:
        if not _NAME.fullmatch(self.ahead) or self.ahead in ("is", "was", "and", "or"):
            raise Misunderstood(self.expected("the name of a step"))
        return self.take()

    def word(self) -> str:
        if not _WORD.fullmatch(self.ahead) or self.ahead in ("and", "or"):
            raise Misunderstood(self.expected("a stored word"))
        return self.take()
