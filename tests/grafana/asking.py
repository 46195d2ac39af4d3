"""Does with a panel's SQL what Grafana does with it: fills in the variables, then the macros, then asks."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from uproar.span import Span

GRAFANA = Path(__file__).parents[2] / "dashboards" / "grafana"
FILES = ("reaction.json", "service.json")
Rows = list[dict[str, Any]]


def board(name: str) -> Any:
    """A dashboard as it is committed."""
    return json.loads((GRAFANA / "json" / name).read_text())


def panels(name: str) -> dict[str, Any]:
    """Its panels by their titles."""
    return {panel["title"]: panel for panel in board(name)["panels"]}


def annotations(name: str) -> dict[str, str]:
    """The SQL of its annotations by their names."""
    found = board(name)["annotations"]["list"]
    return {one["name"]: one["target"]["rawSql"] for one in found}


def questions() -> Iterator[tuple[str, str]]:
    """Every question to PostgreSQL with what asks it."""
    for title, panel in panels("reaction.json").items():
        for target in panel["targets"]:
            yield title, target["rawSql"]
    yield from annotations("reaction.json").items()
    for variable in board("reaction.json")["templating"]["list"]:
        yield f"variable {variable['name']}", variable["query"]


def _sqlstring(values: Sequence[str], *, double: bool) -> str:
    quoted = ("'{}'".format(value.replace("'", "''")) for value in values)
    # some versions of Grafana put a backslash before a double quote, which PostgreSQL takes for one more character
    return ",".join(one.replace('"', '\\"') if double else one for one in quoted)


def _macro(name: str, argument: str, span: Span) -> str:
    first, last = (f"'{moment:%Y-%m-%dT%H:%M:%S}Z'" for moment in (span.first, span.last))
    known = {
        "unixEpochFrom": str(span.start),
        "unixEpochTo": str(span.end),
        "timeFrom": first,
        "timeTo": last,
        "timeFilter": f"{argument} BETWEEN {first} AND {last}",
        "unixEpochFilter": f"{argument} >= {span.start} AND {argument} <= {span.end}",
    }
    return known[name]


def expanded(question: str, span: Span, variables: Mapping[str, Sequence[str]], *, double: bool = False) -> str:
    """The SQL that reaches PostgreSQL; a KeyError is a variable or macro that nobody knows."""
    filled = re.sub(r"\$\{(\w+):sqlstring\}", lambda m: _sqlstring(variables[m[1]], double=double), question)
    return re.sub(r"\$__(\w+)\(([^)]*)\)", lambda m: _macro(m[1], m[2], span), filled)


def ask(address: str, question: str, span: Span, **variables: Sequence[str]) -> Rows:
    """The rows that Grafana gets, asked as the role that it has."""
    with psycopg.connect(address, row_factory=dict_row) as connection:
        return connection.execute(expanded(question, span, variables).encode()).fetchall()
