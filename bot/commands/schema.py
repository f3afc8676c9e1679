"""`ajar schema`: the JSON Schemas that let an editor complete and explain flow files.

Owns where they lie: `schema/flow.json` and `schema/translation.json` in the content folder.
"""

from __future__ import annotations

import json
from pathlib import Path

from bot.flows.schema import flow_schema, translation_schema


def schemas() -> dict[str, str]:
    """Give each schema's place in the content folder with its text."""
    return {
        "schema/flow.json": _written(flow_schema()),
        "schema/translation.json": _written(translation_schema()),
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into a content folder and give their paths."""
    paths = []
    for name, text in schemas().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def _written(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
