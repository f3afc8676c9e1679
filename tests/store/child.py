"""Another process at the same database, for tests that need one (or that kill one)."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from sketch import LIBRARY, open_store


async def claim(folder: Path) -> None:
    """Claim until nothing is due, and print how many lanes that filled."""
    store = await open_store(folder)
    try:
        number = 0
        while await store.next_due():
            number += len(await store.claim(LIBRARY, random.Random(1), 10))
        print(number)
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:]))
