"""The house stands as `docs/architecture.md` draws it: who may import whom, and what nobody may."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SHARED = frozenset({"bot.events", "bot.replies", "bot.ports", "bot.errors"})
"""The words between core and adapters."""

MAY_IMPORT = {
    "bot.flows": {"bot.flows"},
    "bot.engine": {"bot.engine", "bot.flows"},
    "bot.store": {"bot.store", "bot.engine", "bot.flows"},
    "bot.runtime": {"bot.runtime", "bot.store", "bot.engine", "bot.flows"},
    "bot.settings": set(),
    "bot.testing": {"bot.engine", "bot.flows"},
    "bot.transcripts": {"bot.testing", "bot.engine", "bot.flows"},
    "bot.explore": {"bot.explore", "bot.transcripts", "bot.testing", "bot.engine", "bot.flows"},
    "bot.commands": {
        *("bot.commands", "bot.runtime", "bot.store", "bot.engine", "bot.flows"),
        *("bot.settings", "bot.testing", "bot.transcripts", "bot.explore"),
    },
    "bot.__main__": {"bot.commands", "bot.runtime", "bot.settings"},
    "adapters.telegram": {"adapters.telegram"},
    "adapters.discord": {"adapters.discord"},
    "adapters.terminal": {"adapters.terminal"},
    "adapters.terminal_screen": {"adapters.terminal", "adapters.terminal_screen"},
}
"""Each part of the house, and the other parts it may know besides the shared words."""

NAMES_ADAPTERS = "bot.commands.platforms"
"""The one module that may import adapters."""

KEPT_OUT_OF_THE_CORE = {"asyncio", "sqlite3", "os", "time", "threading", "socket", "secrets"}
"""What `engine` and `flows` never import: they are pure."""

LIBRARIES = {
    "discord": ("adapters.discord",),
    "telegram": ("adapters.telegram",),
    "prompt_toolkit": ("adapters.terminal_screen",),
    "rich": ("adapters.terminal_screen",),
    "aiosqlite": ("bot.store",),
    "orjson": ("bot.engine.compact",),
    "sqlite3": ("bot.store",),
    "yaml": ("bot.flows", "bot.transcripts"),
    "typer": ("bot.__main__", "bot.commands"),
}
"""Libraries that one part of the house deals with, for all."""

LONGEST = 330
"""Lines, without empty ones, of a module that can still be read at one sitting: about 300."""

EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "base",
    "common",
}
"""Names that say nothing about what is inside."""


@cache
def modules() -> dict[str, Path]:
    """Give every module of the program by its name."""
    found = {}
    for folder in ("bot", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path
    return found


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


def imports(name: str, *, at_import: bool = False) -> Iterator[str]:
    """Give every module that one imports, anywhere; `at_import`: only what runs with the import."""
    nodes = _running(tree(name)) if at_import else ast.walk(tree(name))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively, in line {node.lineno}"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else str(node.module)


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs when a module is imported: no functions, nothing for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _running(child)


def part(name: str) -> str:
    """Give the part of the house a module belongs to."""
    inside = [p for p in MAY_IMPORT if name == p or name.startswith(f"{p}.")]
    return max(inside, key=len, default=name)


def test_every_part_of_the_house_is_known() -> None:
    """Each module belongs to a part whose rules are written down."""
    rooms = {"bot", "adapters", *SHARED, *MAY_IMPORT}
    assert [] == [name for name in modules() if part(name) not in rooms]


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_imports_only_what_it_may_know(name: str) -> None:
    """The arrows of the drawing are the only ones there are."""
    may = MAY_IMPORT.get(part(name), set())
    ours = [i for i in imports(name) if i.split(".")[0] in ("bot", "adapters")]
    strange = [
        i
        for i in ours
        if i not in SHARED and part(i) not in may and not (i == "bot" and part(name) in MAY_IMPORT)
    ]
    if name == NAMES_ADAPTERS:
        strange = [i for i in strange if not i.startswith("adapters.")]
    assert [] == strange


@pytest.mark.parametrize(
    "name", sorted(n for n in modules() if part(n) in ("bot.engine", "bot.flows"))
)
def test_the_core_is_pure(name: str) -> None:
    """Engine and flows import nothing that waits, stores, or reads the clock, and use no chance
    of their own."""
    assert set() == {i.split(".")[0] for i in imports(name)} & KEPT_OUT_OF_THE_CORE
    for node in ast.walk(tree(name)):
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
            continue
        used = f"{node.value.id}.{node.attr}"
        assert node.value.id != "random" or node.attr == "Random", f"{used}, line {node.lineno}"
        assert used not in ("datetime.now", "datetime.utcnow", "date.today"), f"line {node.lineno}"


def test_each_library_is_one_parts_business() -> None:
    """A platform's library is imported under its own adapter alone; the others likewise."""
    strange = [
        (name, library)
        for name in modules()
        for library in {i.split(".")[0] for i in imports(name)} & set(LIBRARIES)
        if not name.startswith(LIBRARIES[library])
    ]
    assert [] == strange


def test_nothing_goes_in_circles() -> None:
    """No module imports, by whatever way, a module that imports it."""
    edges = {
        name: {i for i in imports(name, at_import=True) if i in modules()} for name in modules()
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for next_one in edges[name]:
                visit(next_one, (*path, name))
            done.add(name)

    for name in edges:
        visit(name, ())


WATCH = """
import importlib, os, sys

def watch(event, args):
    if event == "open":
        path, mode, flags = args
        written = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if written and "__pycache__" not in str(path):
            raise SystemExit(f"{module} writes {path}")
    elif event.split(".")[0] in ("socket", "subprocess", "sqlite3", "tempfile"):
        raise SystemExit(f"{module} does {event}")

sys.dont_write_bytecode = True
sys.addaudithook(watch)
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*sorted({"discord", "telegram", "prompt_toolkit"} & set(sys.modules)))
"""


def test_nothing_happens_when_the_program_is_imported() -> None:
    """Importing all of `bot` opens no file to write, no socket, no database and no process, and
    loads no platform's library."""
    names = sorted(name for name in modules() if name.startswith("bot"))
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *names], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (0, "\n") == (done.returncode, done.stdout), done.stderr


@pytest.mark.parametrize("name", sorted(modules()))
def test_a_module_is_short_has_a_name_and_says_what_it_owns(name: str) -> None:
    """About 300 lines at most, a telling name, and first lines that say what it is for."""
    source = modules()[name].read_text(encoding="utf-8")
    assert len([line for line in source.splitlines() if line.strip()]) <= LONGEST
    assert name.split(".")[-1].strip("_") not in EMPTY_NAMES
    assert not source or ast.get_docstring(tree(name))


def test_every_package_is_shipped() -> None:
    """A folder of modules that is missing in `pyproject.toml` would be missing in the wheel."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = set(project["tool"]["setuptools"]["packages"])
    folders = {name for name, path in modules().items() if path.name == "__init__.py"}
    assert set() == folders - shipped
