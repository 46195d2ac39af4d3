"""Gives posts their reactions: claim a batch, ask the pure modules, write reactions and buckets in one transaction."""

import os
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from uproar import database, deadletters, posts
from uproar.incoming import Dead
from uproar.log import get_logger
from uproar.posts import Waiting
from uproar.queue import FIND_SPIKES, REACT, Announcer, announce
from uproar.settings import Settings
from uproar.tracing import span
from workers.originals import Scored, mark_echoes, scored
from workers.reaction import AT_ONCE, MODEL_VERSION, Asked, Reaction
from workers.scorers import react_all

BUDGET_SECONDS = 2.0  # then the next task gets its turn; what is left is announced anew

log = get_logger(__name__)
_spikes = Announcer(FIND_SPIKES, pause=1.0)


def claim_prefix(settings: Settings) -> str:
    """How the claims of this machine's workers begin."""
    return f"{settings.name}:"


def free_of_the_dead(settings: Settings) -> int:
    """Free what processes of this machine held that have ended since; how many posts that was.

    Where it cannot be done now, they are free when the time of their claims is over.
    """
    prefix, freed = claim_prefix(settings), 0
    try:
        with database.writing() as session:
            for claim in posts.claims(session, claim_prefix=prefix):
                pid = claim.removeprefix(prefix).partition(":")[0]
                if pid.isdecimal() and not _lives(int(pid)):
                    freed += posts.release(session, claim_prefix=claim)
    except SQLAlchemyError as error:
        log.warning("not_freed", error=type(error).__name__, remedy="they are when the time of their claims is over")
    return freed


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def react_to_all(settings: Settings) -> int:
    """Work off the backlog for at most two seconds; how many reactions were written."""
    end = time.monotonic() + BUDGET_SECONDS
    total = 0
    while time.monotonic() < end:
        worked, written = react_to_batch(settings)
        total += written
        if not worked:
            break
    else:
        announce(REACT)
    if total:
        _spikes.announce()
    return total


def react_to_batch(settings: Settings) -> tuple[int, int]:
    """Take one batch and give it reactions; how many posts were taken, and how many reactions written."""
    start = time.monotonic()
    now = datetime.now(UTC)
    claim = f"{claim_prefix(settings)}{os.getpid()}:{uuid.uuid4().hex}"
    until = now + timedelta(seconds=settings.claim_seconds)
    with database.writing() as session:
        taken = posts.claim(session, claim=claim, batch=settings.batch_posts, now=now, until=until)
    if not taken:
        return 0, 0
    with span("react", posts=len(taken), attempt=taken[0][1]) as work:
        with span("score"):
            done, dead = _react(taken, until=start + settings.claim_seconds / 3)
        with span("write"):
            written = _write(taken, done, dead, claim=claim)
        work.set(written=written, dead=len(dead))
    log.info(
        "batch_reacted",
        posts=len(taken),
        written=written,
        dead=len(dead),
        attempt=taken[0][1],
        seconds=round(time.monotonic() - start, 3),
    )
    return len(taken), written


def _write(
    taken: Sequence[tuple[Waiting, int]], done: Sequence[Scored], dead: Sequence[tuple[Waiting, str]], *, claim: str
) -> int:
    """Write all that came of a batch, in one transaction; how many reactions were still ours to write."""
    with database.writing() as session:
        posts.hold(session, [post.id for post, _ in taken])
        mark_echoes(session, done, claim=claim)
        written = posts.finish(session, [one.row for one in done], claim=claim)
        _bury(session, dead, claim=claim)
        posts.give_back(session, claim=claim)
    return written


def _react(taken: Sequence[tuple[Waiting, int]], *, until: float) -> tuple[list[Scored], list[tuple[Waiting, str]]]:
    """Reactions and failures, for as many posts as there is time for: a claim must not run out in the meantime."""
    done: list[Scored] = []
    dead = [
        (post, f"scoring did not come to an end in {attempt - 1} tries")
        for post, attempt in taken
        if attempt > posts.MOST_ATTEMPTS
    ]
    waiting = [post for post, attempt in taken if attempt <= posts.MOST_ATTEMPTS]
    for start in range(0, len(waiting), AT_ONCE):
        if (done or dead) and time.monotonic() > until:
            break  # the rest is given back; some posts at least are tried, so that there is an end
        some = waiting[start : start + AT_ONCE]
        for watch in dict.fromkeys(post.watch for post in some):
            _react_at_once([post for post in some if post.watch == watch], done, dead)
    return done, dead


def _react_at_once(some: Sequence[Waiting], done: list[Scored], dead: list[tuple[Waiting, str]]) -> None:
    """Score some posts of one watch together, and one by one if that fails: a bug costs the post that meets it."""
    try:
        reactions = react_all(some[0].watch, [_asked(post) for post in some])
        scored_now = [scored(post, _row(post, reaction)) for post, reaction in zip(some, reactions, strict=True)]
    except SoftTimeLimitExceeded:  # it says nothing of the posts in hand
        raise
    except Exception as error:
        if len(some) > 1:
            for post in some:
                _react_at_once([post], done, dead)
            return
        log.exception("scoring_failed", post_id=some[0].id)
        dead.append((some[0], f"scoring failed: {type(error).__name__}: {error}"))
    else:
        done += scored_now


def _asked(post: Waiting) -> Asked:
    return Asked(post.text, post.lang_claim, post.target, post.parent_text, post.repost, post.platform)


def _row(post: Waiting, reaction: Reaction) -> dict[str, Any]:
    return {
        "post_id": post.id,
        "watch": post.watch,
        "source": post.source,
        "created_at": post.created_at,
        **reaction_columns(reaction),
        "model_version": MODEL_VERSION,
        "reacted_at": datetime.now(UTC),
    }


def reaction_columns(reaction: Reaction) -> dict[str, Any]:
    """A reaction as the columns of its table."""
    return {
        "lang": reaction.lang,
        "sentiment": reaction.sentiment.label,
        "compound": reaction.sentiment.compound,
        "cancel": reaction.intent.cancel,
        "stage": reaction.intent.stage,
        "score": reaction.intent.score,
        "evidence": [one.as_dict() for one in reaction.evidence],
        "stance": reaction.stance,
        "concerns": list(reaction.concerns),
        "voice": reaction.voice,
        "speaker": reaction.speaker,
    }


def _bury(session: Session, dead: Sequence[tuple[Waiting, str]], *, claim: str) -> None:
    mine = set(posts.drop(session, [post.id for post, _ in dead], claim=claim))
    for post, reason in dead:
        if post.id in mine:
            item = Dead(post.text, reason, post_id=post.id)
            deadletters.bury(session, [item], watch=post.watch, source=post.source, now=datetime.now(UTC))
