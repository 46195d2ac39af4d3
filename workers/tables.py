"""Reads the tables that lie beside the code: words, weights, sentences."""

import csv
from collections.abc import Iterator
from importlib import resources


def read_table(package: str, *path: str) -> Iterator[dict[str, str]]:
    """The rows of a table with tabs between its columns; lines that begin with `# ` are comments.

    Raises:
        FileNotFoundError: there is none.
    """
    lines = resources.files(package).joinpath(*path).read_text(encoding="utf-8").splitlines()
    table = (line for line in lines if not line.startswith("# "))
    return csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
