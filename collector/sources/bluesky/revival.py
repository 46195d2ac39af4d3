"""Reads dead letters of Bluesky again: frames of the stream, and posts of a search."""

from datetime import datetime

from collector.sources.bluesky.records import parse
from collector.sources.bluesky.sieve import Sieve
from collector.sources.bluesky.wires import StreamError, Wire
from uproar.incoming import BadItemError, Incoming, read_raw
from uproar.mentions import Mentions
from uproar.watch import Watch


def revive(raw: str, watch: Watch, mentions: Mentions, wire: Wire, *, now: datetime) -> Incoming:
    """A frame or a post that was a dead letter; pure.

    Raises:
        BadItemError: it still cannot be used, or is no post about the deal.
    """
    data = read_raw(raw)
    if isinstance(data, dict) and "uri" in data:
        posts, dead = parse([data], starts=watch.starts, now=now)
    else:
        sieve = Sieve(watch, mentions, wire, now=now)
        try:
            sieve.take(raw.encode())
        except StreamError as error:
            raise BadItemError(str(error)) from None
        posts, dead = sieve.posts, sieve.dead
    if not posts:
        raise BadItemError(dead[0].reason if dead else "it is no post about the deal")
    return posts[0]
