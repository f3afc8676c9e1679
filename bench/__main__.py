"""`python -m bench [NAME ...]`: run every benchmark (or those named) and print the figures.

A table first, then one line of JSON per figure. Every module of this folder may register
benchmarks with `bench.figures.measure`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

import bench
from bench.figures import MEASURES, Figure


def main(names: Sequence[str]) -> int:
    """Run, print, and give the exit code: 2 where a name is not known."""
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"bench.{module.name}")
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(MEASURES)}.")
        return 2
    figures: list[Figure] = []
    for name in names or MEASURES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        figures += MEASURES[name]()
    show(figures)
    return 0


def show(figures: Sequence[Figure]) -> None:
    """Print the table, then the lines."""
    table = Table("figure", "value", "unit", "reference", "ratio")
    for figure in figures:
        beside = ["" if x is None else f"{x:g}" for x in (figure.reference, figure.ratio)]
        table.add_row(figure.name, f"{figure.value:g}", figure.unit, *beside)
    Console().print(table)
    for figure in figures:
        print(figure.line())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
