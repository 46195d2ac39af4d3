"""Reads one page of one source and stores it: cursor, posts and dead letters in one transaction."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from collector.source import Page, RateLimitedError, Source, SourceAwayError, SourceGoneError
from uproar import database, erasing, sources
from uproar.backoff import backoff
from uproar.hashing import OtherKeyError
from uproar.log import get_logger
from uproar.mentions import Mentions
from uproar.models import Cursor
from uproar.outgoing import OutgoingError, RefusedAddressError
from uproar.settings import Settings
from uproar.storing import Stored, relevant, store, unrelated
from uproar.tracing import span
from uproar.watch import SourceSpec, Watch

CLAIM_SECONDS = 120.0
GONE_SECONDS = 900.0
AWAY_SECONDS = 60.0  # at most, for what may come back by itself

log = get_logger(__name__)


def read_if_due(
    source: Source,
    spec: SourceSpec,
    watch: Watch,
    *,
    claim: str,
    settings: Settings,
    mentions: Mentions | None = None,
) -> Stored | None:
    """Read and store one page if the source is due and nobody else reads it; None if not, or if it failed.

    With `mentions`, posts that do not mention the deal are counted and left out.

    Raises:
        SQLAlchemyError: the database does not answer, so not even the failure could be recorded.
    """
    now = datetime.now(UTC)
    until = now + timedelta(seconds=CLAIM_SECONDS)
    with database.writing() as session:
        cursor = sources.claim_due(session, watch=watch.name, source=spec.name, claim=claim, now=now, until=until)
    if cursor is None:
        return None
    try:
        with span("collect", watch=watch.name, source=spec.name) as work:
            with span("fetch"):
                page = source.fetch(cursor.position, now=now)
            with span("store"):
                stored = _keep(page, spec, watch, claim=claim, settings=settings, mentions=mentions)
            if stored is not None:
                work.set(posts=len(page.posts), new=stored.saved.new, dead=stored.dead)
            return stored
    except (RateLimitedError, SourceGoneError, OutgoingError, OtherKeyError, OSError) as error:
        _record_failure(error, cursor, claim=claim, starts=watch.starts, every=spec.every_seconds)
    except SQLAlchemyError as error:  # its text holds the posts, which no log and no record of a failure may show
        reason = str(error.args[0] if error.args else "").partition("\n")[0]
        plain = RuntimeError(f"the page could not be stored: {type(error).__name__}: {reason}")
        _record_failure(plain, cursor, claim=claim, starts=watch.starts, every=spec.every_seconds)
    except Exception as error:  # a bug in one source must not stop the others; it is logged with its trace
        log.exception("source_broken", watch=watch.name, source=spec.name)
        _record_failure(error, cursor, claim=claim, starts=watch.starts, every=spec.every_seconds)
    return None


def _keep(
    page: Page, spec: SourceSpec, watch: Watch, *, claim: str, settings: Settings, mentions: Mentions | None
) -> Stored | None:
    kept = relevant(page.posts, mentions)
    with database.writing() as session:
        cursor = sources.still_ours(session, watch=watch.name, source=spec.name, claim=claim)
        if cursor is None:
            log.warning("page_dropped", watch=watch.name, source=spec.name, reason="read too slowly; another reads on")
            return None
        names = {"watch": watch.name, "source": spec.name}
        stored = store(session, kept, page.dead, **names, settings=settings, left_out=unrelated(page.posts, kept))
        now = datetime.now(UTC)
        erased = erasing.erase(session, page.erased, now=now, settings=settings) if page.erased else 0
        _keep_gaps(session, page, spec, watch, now=now)
        if page.trouble and page.trouble != cursor.last_error:
            log.warning("source_partly_failed", watch=watch.name, source=spec.name, error=page.trouble[:300])
        sources.succeed(
            session,
            cursor,
            position=page.position,
            covered_until=page.covered_until,
            caught_up=not (page.more or page.trouble),
            next_due_at=now + timedelta(seconds=_jittered(spec.every_seconds) if page.rest is None else page.rest),
            posts=stored.saved.new,
            unrelated=len(page.posts) - len(kept),
            now=now,
        )
        if page.trouble:
            sources.partly_fail(session, cursor, error=page.trouble, now=now, starts=watch.starts)
    if page.posts or page.dead or erased:
        log.info(
            "page_stored",
            watch=watch.name,
            source=spec.name,
            new=stored.saved.new,
            duplicate=stored.saved.duplicate,
            edited=stored.saved.edited,
            forgotten=stored.saved.forgotten,
            erased=erased,
            unrelated=len(page.posts) - len(kept),
            dead=stored.dead,
        )
    return stored


def _keep_gaps(session: Session, page: Page, spec: SourceSpec, watch: Watch, *, now: datetime) -> None:
    names = {"watch": watch.name, "source": spec.name}
    for hole in page.holes:
        sources.add_gap(session, **names, started_at=hole.started_at, ended_at=hole.ended_at, reason=hole.reason)
    for hole in page.filled:
        sources.fill_gaps(session, **names, started_at=hole.started_at, ended_at=hole.ended_at, now=now)


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.9, 1.1)  # noqa: S311 - so that sources do not march in step


def _record_failure(error: Exception, cursor: Cursor, *, claim: str, starts: datetime, every: float) -> None:
    now = datetime.now(UTC)
    wait = backoff(cursor.failures + 1, base=5.0, cap=600.0, chance=random.random())  # noqa: S311 - jitter
    if isinstance(error, RateLimitedError) and error.retry_after is not None:
        wait = min(max(error.retry_after, 1.0), 86_400.0)
    refused = isinstance(error, SourceGoneError | RefusedAddressError)
    if refused:  # time does not mend it
        wait = min(every, AWAY_SECONDS) if isinstance(error, SourceAwayError) else GONE_SECONDS
    ours = refused or (isinstance(error, RateLimitedError) and error.ours)
    message = str(error) or type(error).__name__
    with database.writing() as session:
        mine = sources.still_ours(session, watch=cursor.watch, source=cursor.source, claim=claim)
        if mine is not None:
            again = now + timedelta(seconds=wait)
            sources.fail(session, mine, error=message, next_due_at=again, now=now, starts=starts, ours_to_mend=ours)
    log.warning(
        "source_failed", watch=cursor.watch, source=cursor.source, error=message[:300], again_in_s=round(wait, 1)
    )
