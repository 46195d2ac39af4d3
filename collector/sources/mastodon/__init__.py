"""Mastodon and servers that speak like it: the timelines of hashtags on several instances, and search with a token."""

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from collector.source import Hole, Page, RateLimitedError, SourceGoneError
from collector.sources.mastodon.instance import Reply, ask
from collector.sources.mastodon.lists import LOOK_BACK, TAG, path_of, question, take
from collector.sources.mastodon.options import Options
from collector.sources.mastodon.place import Host, Lane, Place, keep, restore
from collector.sources.mastodon.rounds import begin_rounds, choose, covered, due, is_open, next_due, troubles
from collector.sources.mastodon.statuses import parse, revive
from uproar.backoff import backoff
from uproar.incoming import Dead, Incoming
from uproar.log import get_logger
from uproar.outgoing import OutgoingError, RefusedAddressError
from uproar.settings import Settings
from uproar.watch import SourceSpec, Watch

BURST = 5  # requests to one instance in one turn; as many seconds later comes the next turn
TURN_SECONDS = 10.0  # after that no request is begun; one takes eight at most
GONE_SECONDS = 900.0

log = get_logger(__name__)


@dataclass(slots=True)
class _Turn:
    """What one call of `fetch` has gathered."""

    now: datetime
    begun: float = field(default_factory=time.monotonic)
    posts: dict[str, Incoming] = field(default_factory=dict)
    dead: list[Dead] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    ignored: int = 0
    answers: int = 0
    error: Exception | None = None

    def clock(self) -> float:
        return self.now.timestamp() + time.monotonic() - self.begun

    def is_late(self) -> bool:
        return time.monotonic() - self.begun > TURN_SECONDS


class Mastodon:
    """Hashtags (and searches) of one or more instances; a status that several of them know is one post.

    An instance that fails rests by itself while the others are read; every page says so for as long as it lasts.
    """

    def __init__(self, spec: SourceSpec, watch: Watch, _settings: Settings) -> None:
        tags = [tag for service in watch.services for tag in service.hashtags]
        self._options = Options.model_validate({"hashtags": tags, **spec.options})
        self._watch = watch
        self._starts = max(0.0, watch.starts.timestamp())
        self._lanes = [TAG + tag for tag in self._options.hashtags] + list(self._options.queries)
        # half of what an instance is asked may be for what is new; the rest is for the walks back
        self._every = max(float(spec.every_seconds), 2.0 * len(self._lanes))

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:
        """Ask each instance that is due a few questions."""
        place = restore(position, list(self._options.instances), self._lanes)
        if now < self._watch.starts or self._is_over(place):
            return Page((), position, covered_until=now)
        turn, token = _Turn(now), self._options.token()
        begin_rounds(place, now.timestamp(), every=self._every, starts=self._starts)
        times = {name: due(host) for name, host in place.hosts.items()}
        ready = [name for name, when in times.items() if when is not None and when <= now.timestamp()]
        for name in sorted(ready, key=lambda name: place.hosts[name].asked):
            self._read(name, place.hosts[name], turn, token)
        return self._page(place, turn, asked=bool(ready))

    def probe(self, *, now: datetime) -> Page:
        """Ask each instance one question, for a look whether they answer.

        Raises:
            RateLimitedError, SourceGoneError, OutgoingError: the first that does not.
        """
        turn, token, name = _Turn(now), self._options.token(), self._lanes[0]
        for base in self._options.instances:
            self._gather(self._ask(base, Host(lanes={name: Lane()}), name, turn, token).items, base, turn)
        return Page(list(turn.posts.values()), {}, dead=turn.dead)

    def revive(self, raw: str, *, now: datetime) -> Incoming:  # noqa: ARG002 - every status has a time of its own
        """Read a status again that was a dead letter."""
        return revive(raw, base=self._options.instances[0])

    def _is_over(self, place: Place) -> bool:
        ends, read = self._watch.ends, covered(place)
        return ends is not None and read is not None and read > ends.timestamp() + LOOK_BACK

    def _read(self, base: str, host: Host, turn: _Turn, token: str | None) -> None:
        """Ask one instance until it is read, rests, or has been asked enough for now."""
        host.rest = 0.0
        for _ in range(BURST):
            name = choose(host, turn.clock())
            if name is None or turn.is_late():
                return
            lane = host.lanes[name]
            host.asked = lane.asked = turn.clock()
            try:
                reply = self._ask(base, host, name, turn, token)
            except (RateLimitedError, SourceGoneError, OutgoingError, OSError) as error:
                turn.error = error
                _rest(host, lane, error, turn.clock())
            else:
                turn.answers += 1
                host.error, host.failures, lane.error = None, 0, None
                turn.holes += take(name, lane, reply, began=host.began, starts=self._starts)
                self._gather(reply.items, base, turn)
                host.rest = turn.clock() + reply.pause if reply.pause else 0.0
            if host.rest:
                return
        host.rest = turn.clock() + BURST

    def _ask(self, base: str, host: Host, name: str, turn: _Turn, token: str | None) -> Reply:
        query = question(name, host.lanes[name], host.began)
        private = self._options.allow_private
        return ask(base, path_of(name), query, token=token, allow_private=private, now=turn.now)

    def _gather(self, items: list[Any], base: str, turn: _Turn) -> None:
        posts, dead = parse(items, base=base, now=turn.now)
        turn.ignored += len(items) - len(posts) - len(dead)
        turn.dead += dead
        for post in posts:
            if self._watch.covers(post.created_at):
                known = turn.posts.get(post.native_id)
                if known is None or _version(known) < _version(post):
                    turn.posts[post.native_id] = post

    def _page(self, place: Place, turn: _Turn, *, asked: bool) -> Page:
        if turn.error is not None and not turn.answers and len(place.hosts) == 1:
            raise turn.error
        wait = max(0.01, next_due(place, self._every) - turn.clock())  # never so short that it is over before its time
        wrong = "; ".join(troubles(place))
        if not asked and all(host.error is not None for host in place.hosts.values()):
            raise RateLimitedError(wrong, retry_after=wait)
        if turn.ignored:
            log.info("statuses_ignored", watch=self._watch.name, not_public_or_not_to_be_indexed=turn.ignored)
        read = covered(place)
        more = is_open(place)
        return Page(
            list(turn.posts.values()),
            keep(place),
            dead=turn.dead,
            holes=turn.holes,
            covered_until=None if read is None else datetime.fromtimestamp(read, UTC),
            more=more,
            rest=wait if more else None,
            trouble=wrong,
        )


def _version(post: Incoming) -> datetime:
    return post.edited_at or post.created_at


def _rest(host: Host, lane: Lane, error: Exception, clock: float) -> None:
    """Leave a list alone that an instance refuses, or the whole instance if it is in trouble."""
    text = str(error)[:300] or type(error).__name__
    if isinstance(error, SourceGoneError):
        lane.error, lane.rest = text, clock + GONE_SECONDS
        return
    host.failures += 1
    base = 30.0 if isinstance(error, RateLimitedError) else 5.0
    wait = backoff(host.failures, base=base, cap=600.0, chance=random.random())  # noqa: S311 - jitter
    if isinstance(error, RefusedAddressError):
        wait = GONE_SECONDS
    elif isinstance(error, RateLimitedError) and error.retry_after is not None:
        wait = min(max(error.retry_after, 1.0), 86_400.0)
    host.error, host.rest = text, clock + wait
