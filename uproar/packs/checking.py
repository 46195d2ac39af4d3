"""Checks an evidence pack: its checksums, and every number anew from the posts in it, by the code that counts."""

import csv
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from uproar.archives import MANIFEST, listed, sha256_of
from uproar.buckets import Counted, tally
from uproar.counting import counted, summed
from uproar.errors import UproarError
from uproar.export_forms import FORMULAS
from uproar.incoming import BadItemError
from uproar.packs import FILES, SETTLED
from uproar.packs.totals import Totals, flat
from uproar.times import parse_time

LONGEST_LINE = 1_000_000
MOST_ROWS = 5_000_000  # of a table that is kept in memory: a minute of a year with ten sources is one of them
LARGEST = 50_000_000  # bytes of a file that is read as a whole
KEYS = {
    "buckets.csv": ("watch", "minute", "source", "lang"),
    "concerns.csv": ("watch", "minute", "source", "lang", "concern"),
    "settled.csv": ("watch", "minute", "source", "lang"),
    "settled_concerns.csv": ("watch", "minute", "source", "lang", "concern"),
}

# of a damaged ZIP, of lines that are no JSON or no rows, and of values that are no time, number or text
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, csv.Error, EOFError, OSError, BadItemError,
    ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip

Counts = dict[Any, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Checked:
    """How many posts were counted, and how many more are only told as sums; and each fault as a sentence."""

    posts: int
    settled: int
    faults: list[str]


def check(path: Path) -> Checked:
    """Count the posts of a pack and compare with every number in it.

    Raises:
        UproarError: it is no pack, or a file of it is missing or cannot be read.
    """
    try:
        # the file is opened here, so that it is closed here: whatever was still being read of it when an error came
        with path.open("rb") as file, zipfile.ZipFile(file) as pack:
            return _check(pack)
    except UNREADABLE as error:
        raise UproarError(f"{path}: is no evidence pack that can be read: {error}") from None


def _check(pack: zipfile.ZipFile) -> Checked:
    faults = list(_sums(pack))
    query = _json(pack, "query.json")
    span = parse_time(query["from"]), parse_time(query["to"])
    outside: list[str] = []
    counted_buckets, counted_concerns = tally(_counted(pack, query["watch"], span, outside))
    settled, settled_concerns = (_settled(pack, name) for name in SETTLED)
    buckets, concerns = summed(counted_buckets, settled), summed(counted_concerns, settled_concerns)
    faults += outside[:20]
    faults += _compare("buckets.csv", _table(pack, "buckets.csv"), buckets)
    faults += _compare("concerns.csv", _table(pack, "concerns.csv"), concerns)
    totals = Totals()
    for (_, _, source, lang), row in buckets.items():
        totals.add(source, lang, row)
    for (*_, concern), row in concerns.items():
        totals.add_concern(concern, row)
    said, found = dict(flat(_json(pack, "counts.json"))), dict(flat(totals.told()))
    faults += [
        f"counts.json: {name} is {said.get(name)}, the posts give {found.get(name)}"
        for name in dict.fromkeys((*said, *found))
        if said.get(name) != found.get(name)
    ]
    return Checked(_posts(counted_buckets), _posts(settled), faults)


def _posts(buckets: Mapping[Any, Mapping[str, int]]) -> int:
    return sum(counts["posts"] for counts in buckets.values())


def _sums(pack: zipfile.ZipFile) -> Iterator[str]:
    """Files that are not what the list of checksums says."""
    sums, there = listed(pack), pack.namelist()
    for name in (*FILES, *(name for name in SETTLED if name in there)):
        if name not in there:
            yield f"{name} is missing"
        elif name not in sums:
            yield f"{MANIFEST} does not name {name}"
        elif sha256_of(pack, name) != sums[name]:
            yield f"{name} was changed: its SHA-256 is another one than {MANIFEST} says"
    for name in there:
        if name not in (*FILES, *SETTLED, MANIFEST):
            yield f"{name} is no part of a pack"


def _counted(
    pack: zipfile.ZipFile, watch: str, span: tuple[datetime, datetime], outside: list[str]
) -> Iterator[Counted]:
    """What is counted of each post; those that the query does not ask for are told."""
    seen: set[int] = set()
    for number, line in enumerate(_lines(pack, "posts.jsonl"), start=1):
        at = parse_time(line["created_at"])
        if line["watch"] != watch or not span[0] <= at < span[1]:
            outside.append(f"posts.jsonl:{number}: the query does not ask for this post")
        if line["post_id"] in seen:
            outside.append(f"posts.jsonl:{number}: the post {line['post_id']} is there twice")
        seen.add(line["post_id"])
        one = counted({**line, "created_at": at})
        if line["cancel"] != one.cancel:
            outside.append(f"posts.jsonl:{number}: cancel is {line['cancel']}, its stage and voice give {one.cancel}")
        yield one


def _json(pack: zipfile.ZipFile, name: str) -> Any:
    with pack.open(name) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ValueError(f"{name} is longer than {LARGEST:,} bytes")
    return json.loads(text)


def _lines(pack: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _raw_lines(pack, name))


def _raw_lines(pack: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The lines of a file; a small pack may unpack to a huge one, so none is read whatever its length."""
    with pack.open(name) as file:
        while line := file.readline(LONGEST_LINE):
            if len(line) >= LONGEST_LINE:  # a ZIP hands out a little more than it is asked for
                raise ValueError(f"a line of {name} is longer than {LONGEST_LINE:,} bytes")
            yield line


def _settled(pack: zipfile.ZipFile, name: str) -> Counts:
    """What is counted of posts that are not in the pack, since they are not kept any more."""
    return _table(pack, name) if name in pack.namelist() else {}


def _table(pack: zipfile.ZipFile, name: str) -> Counts:
    found: Counts = {}
    for row in csv.DictReader(line.decode() for line in _raw_lines(pack, name)):
        key = tuple(int(row.pop(one)) if one == "minute" else _read(row.pop(one)) for one in KEYS[name])
        found[key] = {column: int(number) for column, number in row.items() if int(number)}
        if len(found) > MOST_ROWS:
            raise ValueError(f"{name} has more than {MOST_ROWS:,} rows")
    return found


def _read(cell: str) -> str:
    """A cell as it was before it was kept from being a formula."""
    return cell[1:] if cell.startswith(tuple(f"'{sign}" for sign in FORMULAS)) else cell


def _compare(name: str, said: Counts, counted: Mapping[Any, Mapping[str, int]]) -> Iterable[str]:
    for key in sorted(said.keys() | counted.keys()):
        there, right = said.get(key, {}), counted.get(key, {})
        for column in sorted(there.keys() | right.keys()):
            if there.get(column, 0) != right.get(column, 0):
                _, minute, *rest = key
                where = f"{datetime.fromtimestamp(minute, UTC):%Y-%m-%dT%H:%MZ} {' '.join(rest)}"
                yield f"{name}: {column} of {where} is {there.get(column, 0)}, the posts give {right.get(column, 0)}"
