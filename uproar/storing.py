"""Stores what came from outside, whichever way it came: posts, and what cannot be used as dead letters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlmodel import Session

from uproar import deadletters, editing, posts
from uproar.incoming import BadItemError, Dead, Incoming, checked
from uproar.mentions import Mentions
from uproar.posts import Saved
from uproar.settings import Settings

REASONS = 3  # that are told; the others are in the dead letters


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a page came to: posts, items that went to the dead letters, and why the first few did."""

    saved: Saved
    dead: int
    reasons: tuple[str, ...] = ()


def store(
    session: Session,
    items: Sequence[Incoming],
    dead: Sequence[Dead],
    *,
    watch: str,
    source: str,
    settings: Settings,
    left_out: Sequence[Incoming] = (),
) -> Stored:
    """Save the posts of a page and bury what cannot be used; each item by itself.

    Of the posts that are `left_out`, since they do not mention the deal, only newer versions of stored ones count.
    Sources check their items where they still have them in their raw form; here nothing slips by that did not.
    """
    now = datetime.now(UTC)
    good: list[Incoming] = []
    bad = list(dead)
    for item in items:
        try:
            good.append(checked(item, now=now))
        except BadItemError as error:
            bad.append(Dead(repr(item), str(error)))
    saved = posts.save(session, good, watch=watch, source=source, now=now, settings=settings)
    if left_out:
        saved += Saved(edited=editing.apply(session, left_out, watch=watch, now=now))
    deadletters.bury(session, bad, watch=watch, source=source, now=now)
    return Stored(saved, len(bad), tuple(item.reason for item in bad[:REASONS]))


def unrelated(items: Sequence[Incoming], kept: Sequence[Incoming]) -> list[Incoming]:
    """What `relevant` left out."""
    keys = {(post.platform, post.native_id, post.edited_at) for post in kept}
    return [post for post in items if (post.platform, post.native_id, post.edited_at) not in keys]


def relevant(items: Sequence[Incoming], mentions: Mentions | None) -> list[Incoming]:
    """The posts that mention the deal, each marked with how it does; all of them if nobody asks."""
    if mentions is None:
        return list(items)
    how = [post.matched or mentions.of(post.text, post.context) for post in items]
    return [replace(post, matched=match) for post, match in zip(items, how, strict=True) if match]
