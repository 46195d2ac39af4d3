"""Many rows or values in one statement, whose text is the same however many there are: it is compiled once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, column, func, literal, select
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, SQLModel

from uproar.database import insert, is_sqlite

Row = Mapping[str, Any]

_NUMBERS: Any = ARRAY(postgresql.BIGINT())  # one for all: by its types SQLAlchemy knows a statement again


def inserting(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> tuple[Any, Any]:
    """An INSERT of some rows, to be added to (ON CONFLICT, RETURNING) and executed with the parameters beside it.

    All rows have the same columns. PostgreSQL gets them as one JSON text, which costs it and us less than a
    parameter for each value; SQLite has no way to its server that it could save.

    Raises:
        ValueError: a moment has no time zone.
    """
    if is_sqlite(session):
        return insert(session, table), rows
    return _from_json(table, tuple(rows[0])), {"rows": json.dumps(rows, ensure_ascii=False, default=_moment)}


@lru_cache(maxsize=64)
def _from_json(table: type[SQLModel], names: tuple[str, ...]) -> Any:
    bound: Any = table.__table__  # type: ignore[attr-defined] # SQLModel adds it to classes with table=True
    typed = [column(name, bound.c[name].type) for name in names]
    given = func.jsonb_to_recordset(bindparam("rows", type_=postgresql.TEXT).cast(postgresql.JSONB))
    rows = given.table_valued(*typed).render_derived(name="given", with_types=True)
    return postgresql.insert(bound).from_select(names, select(*(rows.c[name] for name in names)))


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is nothing that a column holds")
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC).isoformat()


def among(session: Session, number: Any, values: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a column of whole numbers has one of these values; there may be any number of them."""
    if is_sqlite(session):
        given = func.json_each(json.dumps(list(values))).table_valued("value")
        return number.in_(select(given.c.value))  # type: ignore[no-any-return]
    # not as one text to be cast, though the driver is sooner done with that: it would be read anew for each row
    return number == any_(literal(list(values), _NUMBERS))  # type: ignore[no-any-return]
