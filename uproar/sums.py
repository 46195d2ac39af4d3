"""Sums of what was counted in a range: as a whole, and step by step, by source, language and concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from operator import add
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from uproar.buckets import COLUMNS, DAY, MINUTE, pieces
from uproar.span import Span

Numbers = dict[str, int]
Lines = dict[str, list[int]]  # one number for each step

WHOLE = [f"SUM({name})" for name in COLUMNS]

_said = lru_cache(maxsize=256)(text)  # the same questions come again and again


@dataclass(frozen=True, slots=True)
class Range:
    """What is summed up: a stretch of a watch, and which of its sources and languages; of none named, all.

    `also` are watches that are counted with it. A post that two of them found counts in both.
    """

    watch: str
    span: Span
    sources: Sequence[str] = ()
    langs: Sequence[str] = ()
    also: Sequence[str] = ()

    @property
    def watches(self) -> list[str]:
        """All that are counted, each once."""
        return list(dict.fromkeys([self.watch, *self.also]))


@dataclass(frozen=True, slots=True)
class Steps:
    """Sums by step: the columns, posts of each source and language, and of each concern the cancel voices naming it."""

    columns: Lines
    sources: Lines
    langs: Lines
    concerns: Lines


@dataclass(frozen=True, slots=True)
class _Sums:
    """Which sums are asked for: SQL about the columns of a table, and the values that it names."""

    minutes: str  # the table of the minutes, and that of their roll-ups
    rollups: str
    keys: Sequence[str]
    parts: Sequence[str]
    where: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def whole(session: Session, asked: Range) -> dict[tuple[str, str], Numbers]:
    """The sums of all columns over the range, by source and language."""
    found = _summed(session, asked, _Sums("buckets", "rollups", ("source", "lang"), WHOLE))
    return {key: dict(zip(COLUMNS, numbers, strict=True)) for key, numbers in found.items()}


def concerns(session: Session, asked: Range) -> dict[str, tuple[int, int]]:
    """Posts that name each concern, and the cancel voices among them; the most cancel voices first."""
    both = ("SUM(posts)", "SUM(cancel)")
    rows = _summed(session, asked, _Sums("concern_buckets", "concern_rollups", ("concern",), both))
    found = {key[0]: (numbers[0], numbers[1]) for key, numbers in rows.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0])))


def steps(
    session: Session,
    asked: Range,
    *,
    times: Sequence[int],
    step: int,
    sources: Sequence[str],
    langs: Sequence[str],
    named: Sequence[str],
) -> Steps:
    """Sums of the steps that begin at `times`, for these sources, languages and concerns."""
    values = {f"posts_of_{n}": name for n, name in enumerate([*sources, *langs])}
    of = [*("source" for _ in sources), *("lang" for _ in langs)]
    parts = [
        f"COALESCE(SUM(posts) FILTER (WHERE {column} = :{name}), 0)" for column, name in zip(of, values, strict=True)
    ]
    counts = _Sums("buckets", "rollups", ("minute",), [*WHOLE, *parts], values=values)
    counted = _by_step(session, asked, counts, times=times, step=step)
    first, second = len(COLUMNS), len(COLUMNS) + len(sources)
    return Steps(
        columns=dict(zip(COLUMNS, counted[:first], strict=True)),
        sources=dict(zip(sources, counted[first:second], strict=True)),
        langs=dict(zip(langs, counted[second:], strict=True)),
        concerns=_naming(session, asked, named, times=times, step=step) if named else {},
    )


def _naming(session: Session, asked: Range, named: Sequence[str], *, times: Sequence[int], step: int) -> Lines:
    values = {f"concern_{n}": name for n, name in enumerate(named)}
    parts = [f"COALESCE(SUM(cancel) FILTER (WHERE concern = :{name}), 0)" for name in values]
    where = f" AND cancel > 0 AND concern IN ({_listed(values)})"  # the first as the index says it
    counts = _Sums("concern_buckets", "concern_rollups", ("minute",), parts, where, values)
    return dict(zip(named, _by_step(session, asked, counts, times=times, step=step), strict=True))


def _by_step(session: Session, asked: Range, counts: _Sums, *, times: Sequence[int], step: int) -> list[list[int]]:
    """One list for each part, as long as `times`."""
    found: dict[int, list[int]] = {}
    for (minute,), numbers in _summed(session, asked, counts, step=step).items():
        at = minute // step * step
        found[at] = list(map(add, found[at], numbers)) if at in found else numbers
    nothing = [0] * len(counts.parts)
    rows = [found.get(at, nothing) for at in times]
    return list(map(list, zip(*rows, strict=True))) if rows else [[] for _ in counts.parts]


def _summed(session: Session, asked: Range, counts: _Sums, *, step: int = DAY) -> dict[tuple[Any, ...], list[int]]:
    """Sums over the range by the values of `keys`, out of buckets and roll-ups that fit into `step`.

    Every piece of the range and every watch is grouped by itself, in the order of its table's key: nothing has to be
    sorted. It is put together as text: to build so many expressions takes longer than the database does.
    """
    values: dict[str, Any] = dict(counts.values)
    where = counts.where
    for column, names in (("source", asked.sources), ("lang", asked.langs)):
        chosen = {f"{column}_{n}": name for n, name in enumerate(names)}
        where += f" AND {column} IN ({_listed(chosen)})" if chosen else ""
        values |= chosen
    keys, sums = ", ".join(counts.keys), ", ".join(counts.parts)
    selects = []
    for n, (watch, piece) in enumerate(product(asked.watches, pieces(asked.span.start, asked.span.end, step=step))):
        size, values[f"start_{n}"], values[f"end_{n}"] = piece
        values[f"watch_{n}"] = watch
        table, rolled = (counts.rollups, f"step = {size} AND ") if size > MINUTE else (counts.minutes, "")
        within = f"watch = :watch_{n} AND {rolled}minute >= :start_{n} AND minute < :end_{n}"
        selects.append(f"SELECT {keys}, {sums} FROM {table} WHERE {within}{where} GROUP BY {keys}")
    found: dict[tuple[Any, ...], list[int]] = {}
    width = len(counts.keys)
    for row in session.connection().execute(_said(" UNION ALL ".join(selects)), values):
        key, numbers = tuple(row[:width]), list(row[width:])
        found[key] = list(map(add, found[key], numbers)) if key in found else numbers
    return found


def _listed(names: Mapping[str, str]) -> str:
    return ", ".join(f":{name}" for name in names)
