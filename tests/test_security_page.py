"""docs/security.md promises nothing that no test holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.flows.loading import load, read
from tests.flows.writing import HELLO, a_flow, lay_out

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


def named_in(file: Path) -> set[str]:
    """Give the names of a file's tests, those of a class with the class before them."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        before = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        found |= {
            before + each.name
            for each in inner
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return found


@pytest.mark.parametrize(("file", "name"), TEST.findall(PAGE))
def test_every_test_named_there_exists(file: str, name: str) -> None:
    """A protection whose test was renamed or taken away is found."""
    assert name in named_in(ROOT / file)


def test_every_protection_names_a_test() -> None:
    """Each line of a table of protections ends with one; each part says what is not protected."""
    parts = PAGE.split("\n### ")[1:]
    assert len(parts) >= 9
    for part in parts:
        lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
        assert lines, part[:40]
        assert [] == [line for line in lines if not TEST.search(line)]
        assert "*Not protected:*" in part, part[:40]


@pytest.mark.parametrize("path", ["../secret.png", "/etc/secret.png", "..\\secret.png"])
def test_content_reaches_no_file_outside_its_folder(tmp_path: Path, path: str) -> None:
    """A picture is one of the content folder, by whatever name it is asked for."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    step = f"hi:\n  say: Hi.\n  picture: '{path}'\n  alt: A door\n  go: end\n"
    folder = lay_out(tmp_path / "content", {"en/hello.yaml": a_flow(step)})
    assert "C407" in [finding.code for finding in read(folder)[1]]


@pytest.mark.parametrize(
    "text",
    [
        "flow: hello\ntitle: !!python/object/apply:os.system ['true']\nstart: hi\n",
        HELLO.replace("say: Hi.", "say: !!python/name:os.system"),
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nflow: hello\n",
    ],
)
def test_content_runs_nothing(tmp_path: Path, text: str) -> None:
    """A file that asks to run something, or to grow without end, is refused as content."""
    folder = lay_out(tmp_path, {"en/hello.yaml": text})
    with pytest.raises(ContentError):
        load(folder)
