"""The ways through the two kinds of list, a hashtag's timeline and a search: the next question, and what follows; pure.

A list is read forwards from its mark in every round, which ends when nothing more comes: a page may be short without
being the last, since servers filter afterwards. Statuses that reach an instance late are put among the older ones,
behind the mark, and edited ones stay in their place: so a second look walks back over a day every ten minutes.
"""

from datetime import UTC, datetime
from urllib.parse import quote

from collector.source import Hole
from collector.sources.mastodon.instance import Reply, order
from collector.sources.mastodon.place import Chain, Lane, Walk

PAGE = 40  # the most that Mastodon gives; others give less, which is why no page is judged by its length
LOOK_EVERY = 600.0
LOOK_BACK = 86_400.0
LOOK_PAGES = 5
DEEPEST = 9_000  # hits of one search; Elasticsearch shows 10,000
TAG = "#"  # what the name of a timeline begins with; all others are searches


def path_of(name: str) -> str:
    """Where a list is to be had."""
    return f"/api/v1/timelines/tag/{quote(name.removeprefix(TAG))}" if name.startswith(TAG) else "/api/v2/search"


def is_behind(lane: Lane, began: float) -> bool:
    """Whether a list was not read to its end in this round."""
    return lane.until < began


def begin(lane: Lane, began: float, starts: float) -> None:
    """Prepare a list for a new round."""
    if lane.until > began:  # the clock was set back
        lane.until, lane.looked = 0.0, 0.0
    if lane.mark is not None and lane.walk is None and began - lane.looked >= LOOK_EVERY:
        lane.walk = Walk(floor=max(starts, began - LOOK_BACK), pages=LOOK_PAGES)
        lane.looked = began


def question(name: str, lane: Lane, began: float) -> dict[str, str]:
    """The query of the next request: forwards while the list is behind, then the walk back."""
    ahead = is_behind(lane, began)
    if not name.startswith(TAG):
        part = lane.chain if ahead else lane.walk
        since = {"min_id": lane.mark} if ahead and lane.mark else {}
        skip = {"offset": str(part.offset)} if part is not None and part.offset else {}
        return {"q": name, "type": "statuses", "limit": str(PAGE), **since, **skip}
    if ahead:
        return {"limit": str(PAGE)} | ({"min_id": lane.mark} if lane.mark else {})
    before = lane.walk.before if lane.walk else None
    return {"limit": str(PAGE)} | ({"max_id": before} if before else {})


def take(name: str, lane: Lane, reply: Reply, *, began: float, starts: float) -> tuple[Hole, ...]:
    """Move a list on after a reply; what it will never show is a hole."""
    if not is_behind(lane, began):
        return _walk(lane, reply, began=began, search=not name.startswith(TAG))
    if not name.startswith(TAG):
        return _search(lane, reply, began=began, starts=starts)
    if lane.mark is not None and reply.newest is not None and order(reply.newest) > order(lane.mark):
        lane.mark = reply.newest  # the page after the mark; there may be another
        return ()
    if lane.mark is None and reply.newest is not None:  # the first page is the newest: what lies before it is walked
        lane.mark, lane.looked = reply.newest, began
        if not _is_before(reply, starts):
            lane.walk = Walk(floor=starts, before=reply.oldest)
    lane.until = began
    return ()


def _walk(lane: Lane, reply: Reply, *, began: float, search: bool) -> tuple[Hole, ...]:
    walk = lane.walk
    if walk is None:
        return ()
    before, oldest = walk.before, reply.oldest
    moved = bool(reply.items) if search else oldest is not None and (not before or order(oldest) < order(before))
    offset = walk.offset + len(reply.items)
    over = _is_before(reply, walk.floor) or walk.pages == 1 or offset > DEEPEST
    if moved and not over:
        pages = walk.pages - 1 if walk.pages else None
        place = {"offset": offset} if search else {"before": oldest}
        lane.walk = Walk.model_validate({"floor": walk.floor, "pages": pages, **place})
        return ()
    lane.walk = None
    if over or not reply.items or walk.pages is not None:
        return ()
    end = reply.earliest or _moment(began)
    return (Hole(_moment(walk.floor), end, "the instance does not say what comes before a page"),)


def _search(lane: Lane, reply: Reply, *, began: float, starts: float) -> tuple[Hole, ...]:
    """A search shows the newest first, and min_id is only a limit there: it is read to its end, then the mark moves."""
    chain = lane.chain or Chain(offset=0)
    offset = chain.offset + len(reply.items)
    newest = max(filter(None, (chain.newest, reply.newest)), key=order, default=None)
    over = offset > DEEPEST
    if reply.items and not over and not _is_before(reply, starts):
        lane.chain = Chain(offset=offset, newest=newest)
        return ()
    if lane.mark is None:
        lane.looked = began
    lane.mark = max(filter(None, (lane.mark, newest)), key=order, default=None)
    lane.chain, since, lane.until = None, lane.until, began
    if not over or reply.earliest is None:
        return ()
    started_at = _moment(max(since, starts))
    if started_at >= reply.earliest:
        return ()
    return (Hole(started_at, reply.earliest, f"the search shows its newest {DEEPEST:,} hits only"),)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _is_before(reply: Reply, floor: float) -> bool:
    """Whether even the youngest status of a page is older than where a walk ends: one alone may be out of order."""
    return reply.latest is not None and reply.latest.timestamp() < floor
