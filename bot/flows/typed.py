"""When two typings are the same to Ajar.

Owns the rule that collisions are found by: case, accents, apostrophes and punctuation do not count.
The engine understands answers by the same rule; a test holds the two together.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_NOT_WORDS = re.compile(r"[^\w\s+-]")


def typed(text: str) -> str:
    """Reduce a text to what makes two typings the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("'", ""))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SPACES.sub(" ", _NOT_WORDS.sub(" ", letters)).strip()


@lru_cache(maxsize=20_000)
def typed_content(text: str) -> str:
    """Reduce words of content, once for each. Never for what a person typed: nothing of that may
    stay in memory."""
    return typed(text)
