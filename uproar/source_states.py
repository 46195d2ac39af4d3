"""How each source is: what the watch files name, with what is known of its reading. One answer for page and shell."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from uproar import condition, sources
from uproar.models import Cursor
from uproar.watch import SourceSpec, Watch


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source of one watch. `type` is empty for one that the watch file no longer names.

    `state` is ok, partly (a part of it fails), failing, unread, off, gone, or pushed: not read, but brought to us.
    `covered_until`: everything before that moment was read.
    """

    watch: str
    source: str
    type: str
    enabled: bool
    state: str
    read_at: datetime | None
    covered_until: datetime | None
    next_due_at: datetime | None
    caught_up: bool
    failures: int
    last_error: str | None
    posts: int
    unrelated: int
    lag_seconds: float | None
    gaps_open: int
    dead_letters: int


def source_states(session: Session, *, watches: list[Watch], now: datetime) -> list[SourceState]:
    """Every source that a watch names, read or not; every one that was read and is no longer named; what was pushed.

    Of those the posts are counted that have been scored.
    """
    cursors = {(cursor.watch, cursor.source): cursor for cursor in sources.cursors(session)}
    gaps = condition.gaps_by_source(session)
    dead = condition.dead_by_source(session)
    named = {(watch.name, spec.name): (watch, spec) for watch in watches for spec in watch.sources}
    known = {watch.name for watch in watches}
    found = []
    for key in [*named, *(key for key in cursors if key not in named and key[0] in known)]:
        watch, spec = named.get(key, (None, None))
        enabled = watch is not None and spec is not None and watch.enabled and spec.enabled
        cursor = cursors.get(key)
        seen = cursor or Cursor(watch=key[0], source=key[1], next_due_at=now)
        state = SourceState(
            watch=key[0],
            source=key[1],
            type=spec.type if spec is not None else "",
            enabled=enabled,
            state=_state(cursor, spec, enabled=enabled),
            read_at=seen.read_at,
            covered_until=seen.covered_until,
            next_due_at=seen.next_due_at if cursor else None,
            caught_up=seen.caught_up,
            failures=seen.failures,
            last_error=seen.last_error,
            posts=seen.posts,
            unrelated=seen.unrelated or 0,
            lag_seconds=max(0.0, (now - seen.covered_until).total_seconds()) if seen.covered_until else None,
            gaps_open=gaps.get(key, 0),
            dead_letters=dead.get(key, 0),
        )
        found.append(state)
    scored = condition.posts_by_source(session)
    pushed = sorted(key for key in {*scored, *dead} - {*named, *cursors} if key[0] in known)
    return found + [_pushed(*key, scored.get(key, 0), dead.get(key, 0)) for key in pushed]


def _state(cursor: Cursor | None, spec: SourceSpec | None, *, enabled: bool) -> str:
    if not enabled:
        return "gone" if spec is None else "off"
    if cursor is None or cursor.read_at is None:
        return "unread"
    if cursor.failures:
        return "failing"
    return "partly" if cursor.last_error else "ok"


def _pushed(watch: str, source: str, posts: int, dead: int) -> SourceState:
    """One that only posts or dead letters tell of: pushed, or replayed."""
    return SourceState(
        watch=watch,
        source=source,
        type="push",
        enabled=True,
        state="pushed",
        read_at=None,
        covered_until=None,
        next_due_at=None,
        caught_up=True,
        failures=0,
        last_error=None,
        posts=posts,
        unrelated=0,
        lag_seconds=None,
        gaps_open=0,
        dead_letters=dead,
    )
