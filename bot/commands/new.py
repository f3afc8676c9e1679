"""`ajar new flow NAME`: a small flow to start from, which passes every check.

Owns that first text. It shows one of each thing a writer needs first.
"""

from __future__ import annotations

from pathlib import Path

from bot.errors import AjarError, ContentError
from bot.flows.findings import Finding
from bot.flows.library import MASTER
from bot.flows.names import as_id
from bot.flows.nodes import Text
from bot.flows.shape import Reading

_TEXT = """\
flow: {name}
title: {title}
about: One line for the menu.
start: hello
steps:
  hello:
    say: What is this about, in one line?
    go: look

  look:
    say: One question. What would you like to ask?
    choose:
      yes: Yes, that's me
      bit: A little
      no: Not really
    also understand:
      bit: [sometimes, a bit]
    go:
      - last, if look is no
      - note

  note:
    say: What comes to mind? A few words are plenty.
    write: up to 300
    go: last

  last:
    say: One small thing to do off-screen, and a good night.
    go: end
"""


def new_flow(folder: Path, name: str) -> Path:
    """Write a first flow called `name` into a content folder and give its path.

    Raises `AjarError` where the name cannot be one, or the file is there already.
    """
    reading = Reading(f"{MASTER}/{name}.yaml")
    reading.checked_id(Text(name, 1), "a flow")
    if reading.findings:
        wrong: Finding = reading.findings[0]
        raise AjarError(f"{wrong.problem} {wrong.instead}")
    if not folder.is_dir():
        raise ContentError(f"There is no folder {folder}; set CONTENT_DIR to the content folder.")
    path = folder / reading.file
    if path.exists():
        raise AjarError(f"{reading.file} is there already; choose another name.")
    path.parent.mkdir(exist_ok=True)
    title = as_id(name).replace("-", " ").capitalize()
    path.write_text(_TEXT.format(name=name, title=title), encoding="utf-8")
    return path
