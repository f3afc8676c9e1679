"""Another process at the same database, for tests that need one (or that kill one)."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import signal
import sys
from pathlib import Path

from sketch import LIBRARY, Clock, Play, open_store

from bot.errors import StoreError
from bot.store import backup, opening, rekey


async def talk_and_die(folder: Path) -> None:
    """Take some turns, then die with them in the write-ahead log."""
    store = await open_store(folder)
    play = Play(store, Clock())
    for n in range(20):
        await play.say(f"words {n}", f"person {n}")
    os.kill(os.getpid(), signal.SIGKILL)


async def talk(folder: Path, *words: str) -> None:
    """Say `begin`, then say words, one person after the other, without end."""
    play = Play(await open_store(folder), Clock())
    print("begin", flush=True)
    while True:
        for word in words:
            await play.say(word, f"account {word}")
            await play.command("remind", f"daily {word} 5", f"account {word}")


async def export(folder: Path) -> None:
    """Say `begin`, then export everybody, without end."""
    store = await open_store(folder)
    print("begin", flush=True)
    while True:
        for lane in await store.lanes():
            await store.export(lane.person)


async def try_to_open(folder: Path) -> None:
    """Open the database; print `opened`, or the sentence of the refusal."""
    try:
        store = await open_store(folder)
    except StoreError as problem:
        print(problem)
        return
    await store.close()
    print("opened")


async def try_to_open_as_nobody(folder: Path) -> None:
    """The same as a user without any rights, where we have the right to become one."""
    await asyncio.to_thread(int)  # everything is imported while we still may read it
    opening.migrations()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    await try_to_open(folder)


async def try_to_open_with_room(folder: Path, room: str) -> None:
    """The same where no file may grow past `room` bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    await try_to_open(folder)


async def erase_all(folder: Path) -> None:
    """Erase one person after the other by their own command; print how many, after each."""
    play = Play(await open_store(folder), Clock())
    for n in range(30):
        await play.command("erase", account=f"person {n}")
        print(n + 1, flush=True)
    await play.store.close()


async def back_up(folder: Path, target: str) -> None:
    """Say `begin`, then make a backup."""
    store = await open_store(folder)
    print("begin", flush=True)
    await store.backup(Path(target))
    await store.close()


async def back_up_and_die(folder: Path, target: str, before: str) -> None:
    """Make a backup, and die just before this function of the backup begins."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(backup, before, die)
    store = await open_store(folder)
    await store.backup(Path(target))


async def change_key(folder: Path) -> None:
    """Say `begin`, then change the key in the key file."""
    print("begin", flush=True)
    rekey.rekey(f"sqlite:///{folder / 'ajar.db'}", None, None)


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
