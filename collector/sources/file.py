"""Posts from a JSONL or CSV file that may grow while it is read, from where the last read ended."""

import hashlib
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict

from collector.records import UnclosedError, csv_records, json_records, parse_csv, read_header
from collector.source import Page, SourceAwayError, SourceGoneError
from uproar.incoming import BadItemError, Dead, Incoming
from uproar.lines import read_lines
from uproar.records import parse_json
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

Format = Literal["jsonl", "csv"]
HEAD = 1_024
PAGE = 1_000  # records, blank lines included
PAGE_BYTES = 4_194_304  # a page of long lines ends earlier
AGAIN_SECONDS = 5.0  # while a last line is being written
UNFINISHED_SECONDS = 60.0  # a last line without its end is taken as it is when the file has rested this long


_ESCAPED = re.compile(r"\\(x[0-9a-f]{2}|ud[89a-f][0-9a-f]{2})")


class Options(BaseModel):
    """The keys of a `file` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    format: Format | None = None


class File:
    """One file; a page is its next thousand records, or fewer if they are long."""

    def __init__(self, spec: SourceSpec, _watch: Watch, _settings: Settings) -> None:
        options = Options.model_validate(spec.options)
        self._path = options.path
        self._format = options.format or format_of(options.path)

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Read the records after `position`; a file that has become shorter is read from its beginning."""
        try:
            found = self._path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise SourceGoneError(f"{self._path} is not a file")
            with self._path.open("rb") as stream:
                if int(position.get("offset", 0)) > found.st_size or not _is_same(stream, position):
                    position = {}  # another file of that name
                start = int(position.get("offset", 0))
                stream.seek(start)
                rested = abs(now.timestamp() - found.st_mtime) > UNFINISHED_SECONDS  # some files are from the future
                page = read_page(stream, {**position, "offset": start}, self._format, now=now, whole=rested)
                marked = {**page.position, **_mark(stream, page.position)}
                return replace(page, position=marked, covered_until=None if page.more else now)
        except FileNotFoundError:
            raise SourceAwayError(f"{self._path} does not exist") from None
        except PermissionError:
            raise SourceGoneError(f"{self._path} may not be read by this user") from None

    def revive(self, raw: str, *, now: datetime) -> Incoming:
        """Read a record again that was a dead letter; a CSV record by the header that the file has now."""
        if self._format == "jsonl":
            return parse_json(raw.encode(), now=now)
        if _ESCAPED.search(raw):  # JSON would know them for what they are, CSV takes them for letters
            raise BadItemError("its bytes were no UTF-8, and are kept in another form")
        try:
            with self._path.open("rb") as stream:
                header, _ = read_header(read_lines(stream), whole=True)
        except (OSError, SourceGoneError) as error:
            raise BadItemError(f"a CSV record needs its file's header, which cannot be read: {error}") from None
        return parse_csv(raw, header, now=now)


def _mark(stream: BinaryIO, position: dict[str, Any]) -> dict[str, Any]:
    """What tells this file from another one of its name: a hash of its beginning, as far as it was read."""
    size = min(int(position["offset"]), HEAD)
    stream.seek(0)
    return {"head": hashlib.sha256(stream.read(size)).hexdigest(), "head_size": size}


def _is_same(stream: BinaryIO, position: dict[str, Any]) -> bool:
    if "head" not in position:
        return True
    stream.seek(0)
    return hashlib.sha256(stream.read(int(position["head_size"]))).hexdigest() == str(position["head"])


def format_of(path: Path) -> Format:
    """CSV if the name says so, else JSONL."""
    return "csv" if path.suffix.lower() == ".csv" else "jsonl"


def read_page(stream: BinaryIO, position: dict[str, Any], form: Format, *, now: datetime, whole: bool = True) -> Page:
    """The next page of a stream that stands at `position["offset"]`.

    `whole`: what follows the last line end is a record too, even if it cannot be read; otherwise it is left for later.
    """
    return next(read_pages(stream, form, now=now, position=position, whole=whole))


def read_pages(
    stream: BinaryIO, form: Format, *, now: datetime, position: dict[str, Any] | None = None, whole: bool = True
) -> Iterator[Page]:
    """The records of a stream to its end, page by page; the last page may be empty.

    Raises:
        SourceGoneError: a CSV file has no header that can be used.
    """
    position = position or {}
    end = int(position.get("offset", 0))
    lines = read_lines(stream, end)
    header = position.get("header")
    if form == "csv" and header is None:
        header, end = read_header(lines, whole=whole)
    records = json_records(lines, now=now) if form == "jsonl" else csv_records(lines, header or [], now=now)
    more = True
    while more:
        posts: list[Incoming] = []
        dead: list[Dead] = []
        more, left, size = False, False, 0
        for number, (line, result) in enumerate(records, start=1):
            # a JSON object is whole without its line's end; half a CSV record may look like a whole one
            ended = line.ended and not isinstance(result, UnclosedError)
            left = not (ended or whole or (form == "jsonl" and isinstance(result, Incoming)))
            if left:
                break
            if isinstance(result, Incoming):
                posts.append(result)
            elif result is not None:
                dead.append(Dead(line.data.decode("utf-8", "backslashreplace"), str(result)))
            if line.ended or not isinstance(result, BadItemError):  # half a line is read again when it has grown
                end = line.after
            size += line.size
            more = number == PAGE or size >= PAGE_BYTES
            if more:
                break
        following = {"offset": end} | ({"header": header} if header else {})
        rest = AGAIN_SECONDS if left else 0.0 if more else None
        yield Page(posts, following, dead=dead, more=more or left, rest=rest)
