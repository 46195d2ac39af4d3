"""`POST /ingest`: any program that knows the token brings posts."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request

from dashboards import shapes
from dashboards.ingest_door import limited_body, require_token
from dashboards.pushed import (
    JSON,
    LINES,
    MOST_RECORDS,
    NoJsonError,
    Pushed,
    TooManyError,
    WrongShapeError,
    parse,
    read_body,
)
from dashboards.questions import Now, Watches, WatchName, chosen
from uproar import database, pushes
from uproar.incoming import Dead, Incoming
from uproar.log import get_logger
from uproar.mentions import Mentions
from uproar.pushes import KeyReusedError
from uproar.queue import REACT, Announcer
from uproar.settings import settings
from uproar.storing import relevant, store, unrelated
from uproar.watch import Watch
from uproar.watch_types import SLUG

log = get_logger(__name__)
_news = Announcer(REACT)


Body = Annotated[bytes, Depends(limited_body)]
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255, description="the same for each try")
]
Source = Annotated[str, Query(pattern=f"^{SLUG}$", description="the name under which the posts are counted")]
Matching = Annotated[bool, Query(description="leave out what does not mention the deal")]

router = APIRouter(dependencies=[Depends(require_token)])
SHOWN = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"description": "records"}} for kind in (JSON, LINES[0])},
    }
}


@router.post(
    "/ingest",
    openapi_extra=SHOWN,
    responses={code: {"model": shapes.Problem} for code in (400, 401, 403, 404, 408, 413, 415, 422, 503)},
)
def ingest(
    *,
    request: Request,
    body: Body,
    known: Watches,
    now: Now,
    watch: WatchName = None,
    source: Source = "push",
    match: Matching = False,
    idempotency_key: Key = None,
) -> shapes.Ingested:
    """Take posts: a JSON object, a list of them, `{"watch": …, "posts": […]}`, or JSON lines."""
    strange = sorted(set(request.query_params) - {"watch", "source", "match"})
    if strange:
        raise HTTPException(422, f"{strange[0][:64]}: there is no such parameter; there are watch, source and match.")
    pushed = _read(body, request.headers.get("content-type", ""))
    if watch is not None and pushed.watch not in (None, watch):
        raise HTTPException(422, f"The address says watch {watch!r}, the body {pushed.watch!r}: which is it?")
    deal = chosen(watch or pushed.watch, known=known)
    if source in {spec.name for spec in deal.sources}:
        raise HTTPException(422, f"source: {source!r} is one that the collector reads for {deal.name}; choose another.")
    posts, dead = parse(pushed.items, source=source, now=now)
    kept = relevant(posts, Mentions(deal) if match else None)
    digest = hashlib.sha256(f"{deal.name}\0{source}\0{match}\0".encode() + body).hexdigest()
    left_out = unrelated(posts, kept)
    answer = _store(kept, dead, left_out, watch=deal, source=source, key=idempotency_key, digest=digest, now=now)
    if answer.new or answer.edited:
        _news.announce()
    return answer


def _read(body: bytes, content_type: str) -> Pushed:
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (JSON, *LINES):
        raise HTTPException(415, f"Send JSON or JSON lines, with the header Content-Type: {JSON} or {LINES[0]}.")
    try:
        return read_body(body, kind)
    except NoJsonError as error:
        raise HTTPException(400, str(error)) from None
    except WrongShapeError as error:
        raise HTTPException(422, str(error)) from None
    except TooManyError:
        raise HTTPException(413, f"More than {MOST_RECORDS:,} records: send them in parts.") from None


def _store(
    posts: Sequence[Incoming],
    dead: Sequence[Dead],
    left_out: Sequence[Incoming],
    *,
    watch: Watch,
    source: str,
    key: str | None,
    digest: str,
    now: datetime,
) -> shapes.Ingested:
    """Store what came, and the answer under its key, in one transaction; or find the answer that was given before."""
    with database.writing() as session:
        if key is not None:
            try:
                before: dict[str, Any] | None = pushes.claim_key(session, key=key, digest=digest, now=now)
            except KeyReusedError:
                raise HTTPException(422, "Idempotency-Key: another request had this key; give each its own.") from None
            if before is not None:
                return shapes.Ingested.model_validate(before)
        names = {"watch": watch.name, "source": source}
        stored = store(session, posts, dead, **names, settings=settings(), left_out=left_out)
        answer = shapes.Ingested(
            new=stored.saved.new,
            duplicate=stored.saved.duplicate,
            edited=stored.saved.edited,
            unrelated=len(left_out),
            dead=stored.dead,
            reasons=list(stored.reasons),
        )
        if key is not None:
            pushes.keep_answer(session, key=key, answer=answer.model_dump())
    log.info(
        "pushed",
        watch=watch.name,
        source=source,
        new=answer.new,
        duplicate=answer.duplicate,
        edited=answer.edited,
        unrelated=answer.unrelated,
        dead=answer.dead,
    )
    return answer
