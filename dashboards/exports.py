"""Posts and buckets as files: CSV, JSON lines or Parquet, sent while they are read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import chain
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dashboards.questions import Asked, Chosen, From, Now, Several, To, Word, span
from dashboards.shapes import Problem
from uproar import database, export_forms, exports
from uproar.export_forms import Form, NoParquetError
from uproar.export_lines import BUCKET_COLUMNS, POST_COLUMNS, authorless_line, bucket_row, post_row
from uproar.packs import making
from uproar.settings import settings
from uproar.span import Span
from uproar.sums import Range
from uproar.suppression import suppressed

FILE = {"schema": {"type": "string", "format": "binary"}}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(export_forms.MEDIA_TYPES.values(), FILE)},
    501: {"model": Problem, "description": "Parquet is asked for, and its package is not installed"},
}
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": FILE}}}
PIECE = 65_536
AT_ONCE = 4  # each holds a connection for as long as its reader takes: the others are for everybody else
FormAsked = Annotated[Form, Path(description="csv, jsonl or parquet")]
Rows = Callable[[Session], Iterator[dict[str, Any]]]

_turns = BoundedSemaphore(AT_ONCE)
router = APIRouter(prefix="/export")


@router.get("/posts.{form}", response_class=StreamingResponse, responses=FILES)
def get_posts(
    form: FormAsked, *, watch: Chosen, now: Now, wanted: Asked, start: From = "first", end: To = "latest"
) -> StreamingResponse:
    """Posts that have a reaction, the newest first, as one file. Who wrote them is not told."""
    asked = _span(watch.name, start, end, now)
    shape = authorless_line if form == "jsonl" else post_row

    def rows(session: Session) -> Iterator[dict[str, Any]]:
        found = exports.chosen_posts(session, watch=watch.name, span=asked, wanted=wanted)
        return (shape(*row) for row in found)

    return _file(f"{watch.name}-posts", form, asked, rows, POST_COLUMNS)


@router.get("/buckets.{form}", response_class=StreamingResponse, responses=FILES)
def get_buckets(
    form: FormAsked,
    *,
    watch: Chosen,
    now: Now,
    start: From = "first",
    end: To = "latest",
    source: Several[Word] = None,
    lang: Several[Word] = None,
    exact: Annotated[bool, Query(description="small counts too: such a file stays in the house")] = False,
) -> StreamingResponse:
    """Buckets in the order of time as one file. Small counts are null, with what would give them away."""
    least = 1 if exact else settings().smallest_count
    asked = _span(watch.name, start, end, now)
    chosen = Range(watch.name, asked, source or (), lang or ())

    def rows(session: Session) -> Iterator[dict[str, Any]]:
        found = exports.chosen_buckets(session, chosen)
        return (suppressed(bucket_row(one), least=least) for one in found)

    return _file(f"{watch.name}-buckets", form, asked, rows, BUCKET_COLUMNS)


@router.get("/evidence.zip", response_class=StreamingResponse, responses=ZIP)
def get_evidence(*, watch: Chosen, now: Now, start: From = "first", end: To = "latest") -> StreamingResponse:
    """The evidence pack of a range: all that its numbers are made of. `uproar verify` recomputes them."""
    asked = _span(watch.name, start, end, now)
    with ExitStack() as unsent:
        file = unsent.enter_context(TemporaryFile(dir=settings().make_data_dir()))
        with _turn(), database.reading() as session:
            making.make(session, file, watch=watch, span=asked, schema=database.versions()[0])
        unsent.pop_all()  # it is closed when it was sent, and is gone then
    size = file.tell()
    file.seek(0)
    name = _name(f"{watch.name}-evidence", asked, "zip")
    headers = {"content-disposition": name, "content-length": str(size), "cache-control": "no-store"}
    return StreamingResponse(_emptied(file), media_type="application/zip", headers=headers)


@contextmanager
def _turn() -> Iterator[None]:
    """One of the files that may be written now; 503 if there are enough."""
    if not _turns.acquire(blocking=False):
        raise HTTPException(503, f"{AT_ONCE} files are being written already; ask again.", {"retry-after": "10"})
    try:
        yield
    finally:
        _turns.release()


def _emptied(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def _name(name: str, asked: Span, form: str) -> str:
    times = "-".join(f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%MZ}" for at in (asked.start, asked.end))
    return f'attachment; filename="uproar-{name}-{times}.{form}"'


def _span(watch: str, start: str, end: str, now: datetime) -> Span:
    with database.reading() as session:
        return span(session, watch, start=start, end=end, now=now)[0]


def _file(name: str, form: Form, asked: Span, rows: Rows, columns: Any) -> StreamingResponse:
    try:
        export_forms.require(form)
    except NoParquetError as error:
        raise HTTPException(501, str(error)) from None

    def pieces() -> Iterator[bytes]:
        with _turn(), database.reading() as session:
            yield from export_forms.written(form, rows(session), columns)

    sent = pieces()
    first = next(sent, b"")  # what fails at once is told as an error, not in the middle of a file
    return StreamingResponse(
        chain((first,), sent),
        media_type=export_forms.MEDIA_TYPES[form],
        headers={"content-disposition": _name(name, asked, form), "cache-control": "no-store"},
    )
