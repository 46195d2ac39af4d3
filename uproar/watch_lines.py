"""Turns a validation error of a watch file into lines for a person: line, key, what is wrong, remedy."""

import difflib
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")


_LEADING_KEY = re.compile(r"([a-z]+(?:\.[a-z]+)*): ")

# what the library says about kinds of values, in the words of a TOML file
PLAIN = {
    "extra_forbidden": "there is no such key",
    "missing": "this key is required",
    "tuple_type": "must be a list in [brackets]",
    "dict_type": "must be a table: { en = …, fr = … }",
    "model_type": "must be a table",
    "string_type": 'must be a text in "quotes"',
    "string_pattern_mismatch": "is not of the form that this key takes; `uproar watch new` explains each key",
    "too_short": "must have at least one entry",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "datetime_type": "must be a date and time: 2022-07-21T12:00:00Z",
    "datetime_from_date_parsing": "must be a date and time: 2022-07-21T12:00:00Z",
    "datetime_parsing": "must be a date and time: 2022-07-21T12:00:00Z",
}


def describe(error: ValidationError, text: str, schema: type[BaseModel]) -> Iterator[str]:
    """One line a problem: `line 12, sources[0].type: what is wrong. What to do.`."""
    problems = [(*_place_and_message(problem), problem) for problem in error.errors()]
    places = [place for place, _, _ in problems]
    for place, message, problem in problems:
        if any(other[: len(place)] == place and len(other) > len(place) > 0 for other in places):
            continue  # it only says that something in it is wrong, which has a line of its own
        line = line_of(text, place)
        where = (f"line {line}, " if line else "") + (key_path(place) or "the file")
        yield f"{where}: {message}{_remedy(problem['type'], place, problem['input'], schema)}"


def _place_and_message(problem: ErrorDetails) -> tuple[list[Any], str]:
    place = [part for part in problem["loc"] if not str(part).startswith(("function-", "[key]"))]
    message = PLAIN.get(problem["type"], problem["msg"].removeprefix("Value error, ").rstrip("."))
    if not place and (key := _LEADING_KEY.match(message)):  # a rule about the whole file that names its key
        return list(key[1].split(".")), message[key.end() :]
    return place, message


def key_path(place: list[Any]) -> str:
    """`["sources", 0, "type"]` as `sources[0].type`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def line_of(text: str, place: list[Any]) -> int:
    """The 1-based line where a key stands, else the nearest table above it; 0 if there is none."""
    want, best, depth = [str(part) for part in place], 0, 0
    table: list[str] = []
    counts: dict[tuple[str, ...], int] = {}  # how many tables each [[list]] has so far, but for one
    for number, line in enumerate(text.split("\n"), start=1):  # TOML knows no other end of a line
        if header := _HEADER.match(line):
            names = header[2].replace(" ", "").split(".")
            if header[1] == "[[":
                counts[tuple(names)] = counts.get(tuple(names), -1) + 1
            at = table = _numbered(names, counts)
        elif key := _KEY.match(line):
            at = [*table, *key[1].strip("\"'").split(".")]
        else:
            continue
        shared = len(at) if want[: len(at)] == at else 0
        if shared > depth:
            best, depth = number, shared
    return best


def _numbered(names: list[str], counts: dict[tuple[str, ...], int]) -> list[str]:
    """`concerns.words` as `concerns, 1, words` below the second [[concerns]]."""
    place: list[str] = []
    for depth, name in enumerate(names, start=1):
        number = counts.get(tuple(names[:depth]))
        place += [name] if number is None else [name, str(number)]
    return place


def _remedy(kind: str, place: list[Any], value: Any, schema: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), _keys_of(schema, place[:-1]), n=1)
        return f"{f'; did you mean {near[0]!r}?' if near else '; `uproar watch new` writes a file with all keys'}"
    if kind == "missing":
        return f". Add the key {place[-1]!r}"
    if isinstance(value, str | int | float | bool):
        return f". It is {value!r}"
    return ""


def _keys_of(schema: type[BaseModel], place: list[Any]) -> list[str]:
    """The keys that the table at that place may have."""
    model: Any = schema
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if field is None:
            return []
        model = field.annotation
        for inner in getattr(model, "__args__", ()):
            if hasattr(inner, "model_fields"):
                model = inner
    return list(model.model_fields) if hasattr(model, "model_fields") else []
