"""The HTML pages a person takes away: a sheet for a conversation, and a copy of everything.

Owns their form. Every text is escaped; nothing is fetched when the page is opened.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

Line = tuple[str, str, str]
"""Day, title of the flow, the person's words."""

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


def copy(title: str, lines: Sequence[Line], everything: Mapping[str, Any], language: str) -> str:
    """Draw everything that is kept: the words first, then every stored field as it is."""
    stored = html.escape(json.dumps(everything, ensure_ascii=False, indent=2, default=str))
    return _page(title, f"{_lines(lines)}\n<pre>{stored}</pre>", language)


def _page(title: str, body: str, language: str) -> str:
    return _FRAME.format(title=html.escape(title), body=body, language=html.escape(language))


def _lines(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"<h2>{html.escape(day)} · {html.escape(flow)}</h2>\n<p>{html.escape(words)}</p>"
        for day, flow, words in lines
    )
