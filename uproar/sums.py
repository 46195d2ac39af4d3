"""Sums of what was counted in a range: as a whole, and step by step, by source, language and concern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from operator import add
from typing import Any

from sqlalchemy import case, func, inspect, literal_column, union_all
from sqlalchemy import select as choose
from sqlmodel import Session

from uproar.buckets import COLUMNS, DAY, MINUTE, pieces
from uproar.models import Bucket, ConcernBucket, ConcernRollup, Rollup
from uproar.span import Span

Tables = tuple[Any, Any]  # the columns of the minutes, and of their roll-ups
BUCKETS: Tables = (inspect(Bucket).local_table.c, inspect(Rollup).local_table.c)
CONCERNS: Tables = (inspect(ConcernBucket).local_table.c, inspect(ConcernRollup).local_table.c)
Of = Callable[[Any], list[Any]]  # what is asked of the columns of a table

Numbers = dict[str, int]


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
    """Sums by the start of each step that has any: the columns, posts of each source and language, concerns.

    Of a concern it is the cancel voices that name it.
    """

    columns: dict[int, Numbers]
    sources: dict[int, Numbers]
    langs: dict[int, Numbers]
    concerns: dict[int, Numbers]


def whole(session: Session, asked: Range) -> dict[tuple[str, str], Numbers]:
    """The sums of all columns over the range, by source and language."""
    found = _sums(session, asked, BUCKETS, keys=("source", "lang"), parts=_columns)
    return {key: dict(zip(COLUMNS, numbers, strict=True)) for key, numbers in found.items()}


def concerns(session: Session, asked: Range) -> dict[str, tuple[int, int]]:
    """Posts that name each concern, and the cancel voices among them; the most cancel voices first."""
    rows = _sums(session, asked, CONCERNS, keys=("concern",), parts=lambda table: [table.posts, table.cancel])
    found = {key[0]: (numbers[0], numbers[1]) for key, numbers in rows.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], item[0])))


def steps(
    session: Session, asked: Range, *, step: int, sources: Sequence[str], langs: Sequence[str], named: Sequence[str]
) -> Steps:
    """Sums by step, with the posts of these sources and languages, and the cancel voices that name these concerns."""

    def parts(table: Any) -> list[Any]:
        by_source = [case((table.source == name, table.posts), else_=0) for name in sources]
        return [*_columns(table), *by_source, *(case((table.lang == name, table.posts), else_=0) for name in langs)]

    def naming(table: Any) -> list[Any]:
        return [case((table.concern == name, table.cancel), else_=0) for name in named]

    def named_once(table: Any) -> list[Any]:
        return [table.concern.in_(named), table.cancel > literal_column("0")]  # as the index says it

    rows = _by_step(session, asked, BUCKETS, step=step, parts=parts)
    about = _by_step(session, asked, CONCERNS, step=step, parts=naming, where=named_once) if named else {}
    first, second = len(COLUMNS), len(COLUMNS) + len(sources)
    return Steps(
        columns={at: dict(zip(COLUMNS, row[:first], strict=True)) for at, row in rows.items()},
        sources={at: dict(zip(sources, row[first:second], strict=True)) for at, row in rows.items()},
        langs={at: dict(zip(langs, row[second:], strict=True)) for at, row in rows.items()},
        concerns={at: dict(zip(named, row, strict=True)) for at, row in about.items()},
    )


def _columns(table: Any) -> list[Any]:
    return [table[name] for name in COLUMNS]


def _by_step(
    session: Session, asked: Range, tables: Tables, *, step: int, parts: Of, where: Of = lambda _: []
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = _sums(session, asked, tables, keys=("minute",), parts=parts, where=where, step=step)
    for (minute,), numbers in rows.items():
        at = minute // step * step
        found[at] = list(map(add, found[at], numbers)) if at in found else numbers
    return found


def _sums(
    session: Session,
    asked: Range,
    tables: Tables,
    *,
    keys: Sequence[str],
    parts: Of,
    where: Of = lambda _: [],
    step: int = DAY,
) -> dict[tuple[Any, ...], list[int]]:
    """Sums over the range by the values of `keys`, out of buckets and roll-ups that fit into `step`.

    Every piece of the range and every watch is grouped by itself, in the order of its table's key: nothing has to be
    sorted.
    """
    selects = []
    of = {rolled: [tables[rolled][key] for key in keys] for rolled in (False, True)}
    # the same for each piece: to say it anew would take longer than the database does
    sums = {rolled: [*of[rolled], *map(func.sum, parts(tables[rolled]))] for rolled in (False, True)}
    for watch, (size, start, end) in product(asked.watches, pieces(asked.span.start, asked.span.end, step=step)):
        rolled = size > MINUTE
        table = tables[rolled]
        within = [*where(table), table.watch == watch, table.minute >= start, table.minute < end]
        within += [table.step == size] if rolled else []
        within += [table.source.in_(asked.sources)] if asked.sources else []
        within += [table.lang.in_(asked.langs)] if asked.langs else []
        selects.append(choose(*sums[rolled]).where(*within).group_by(*of[rolled]))
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in session.execute(union_all(*selects)):
        key, numbers = tuple(row[: len(keys)]), list(row[len(keys) :])
        found[key] = list(map(add, found[key], numbers)) if key in found else numbers
    return found
