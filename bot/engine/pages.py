"""The HTML pages a person takes away: a sheet for a conversation, and a copy of everything.

Owns their form. Every text is escaped; nothing is fetched when the page is opened.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Line(NamedTuple):
    """One answer: its day, its flow's title, what was asked (may be empty), the person's words."""

    day: str
    flow: str
    asked: str
    words: str


_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1.05rem/1.6 Georgia, serif; max-width: 38rem; margin: 3rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.4rem }}
h2 {{ font-size: 1rem; margin: 1.8rem 0 0 }}
p {{ margin: .2rem 0; white-space: pre-wrap }}
.asked {{ font-style: italic }}
details {{ margin-top: 3rem }}
pre {{ font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""


def sheet(title: str, lines: Sequence[Line], language: str) -> str:
    """Draw a sheet of chosen lines."""
    return _page(title, _lines(lines), language)


def copy(
    title: str, lines: Sequence[Line], rest: str, everything: Mapping[str, Any], language: str
) -> str:
    """Draw everything that is kept: the words first; every stored field as it is lies folded
    under the heading `rest`."""
    stored = html.escape(json.dumps(everything, ensure_ascii=False, indent=2, default=str))
    folded = f"<details>\n<summary>{html.escape(rest)}</summary>\n<pre>{stored}</pre>\n</details>"
    return _page(title, f"{_lines(lines)}\n{folded}", language)


def _page(title: str, body: str, language: str) -> str:
    return _FRAME.format(title=html.escape(title), body=body, language=html.escape(language))


def _lines(lines: Sequence[Line]) -> str:
    return "\n".join(map(_drawn, lines))


def _drawn(line: Line) -> str:
    asked = f'<p class="asked">{html.escape(line.asked)}</p>\n' if line.asked else ""
    heading = f"<h2>{html.escape(line.day)} · {html.escape(line.flow)}</h2>"
    return f"{heading}\n{asked}<p>{html.escape(line.words)}</p>"
