"""Posts and buckets as files: CSV, JSON lines or Parquet, sent while they are read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import StreamingResponse
from sqlmodel import Session

from dashboards.questions import Asked, Chosen, From, Now, Several, To, Word, span
from dashboards.shapes import Problem
from uproar import database, export_forms, exports
from uproar.export_forms import Form, NoParquetError
from uproar.export_lines import BUCKET_COLUMNS, POST_COLUMNS, authorless_line, bucket_row, post_row
from uproar.span import Span
from uproar.sums import Range

FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in export_forms.MEDIA_TYPES.values()}},
    501: {"model": Problem, "description": "Parquet is asked for, and its package is not installed"},
}
FormAsked = Annotated[Form, Path(description="csv, jsonl or parquet")]
Rows = Callable[[Session], Iterator[dict[str, Any]]]

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
) -> StreamingResponse:
    """Buckets in the order of time as one file: the counts that everything else is made of."""
    asked = _span(watch.name, start, end, now)
    chosen = Range(watch.name, asked, source or (), lang or ())

    def rows(session: Session) -> Iterator[dict[str, Any]]:
        return map(bucket_row, exports.chosen_buckets(session, chosen))

    return _file(f"{watch.name}-buckets", form, asked, rows, BUCKET_COLUMNS)


def _span(watch: str, start: str, end: str, now: datetime) -> Span:
    with database.reading() as session:
        return span(session, watch=watch, start=start, end=end, now=now)[0]


def _file(name: str, form: Form, asked: Span, rows: Rows, columns: Any) -> StreamingResponse:
    try:
        export_forms.require(form)
    except NoParquetError as error:
        raise HTTPException(501, str(error)) from None

    def pieces() -> Iterator[bytes]:
        with database.reading() as session:
            yield from export_forms.written(form, rows(session), columns)

    sent = pieces()
    first = next(sent, b"")  # what fails at once is told as an error, not in the middle of a file
    times = "-".join(f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%MZ}" for at in (asked.start, asked.end))
    disposition = f'attachment; filename="uproar-{name}-{times}.{form}"'
    return StreamingResponse(
        chain((first,), sent),
        media_type=export_forms.MEDIA_TYPES[form],
        headers={"content-disposition": disposition, "cache-control": "no-store"},
    )
