"""Which instance and which of its lists is asked next, and when; pure. Times are seconds since 1970."""

from collections.abc import Iterator

from collector.sources.mastodon.lists import begin, is_behind
from collector.sources.mastodon.place import Host, Lane, Place

LONGEST_REST = 90_000.0  # a later time was set by a clock that was wrong


def begin_rounds(place: Place, clock: float, *, every: float, starts: float) -> None:
    """Begin a new round wherever the last one is over and was begun `every` seconds ago; all begin if none has work."""
    for host in place.hosts.values():
        rests: list[Host | Lane] = [host, *host.lanes.values()]
        for part in rests:
            part.rest = part.rest if part.rest < clock + LONGEST_REST else 0.0
    idle = all(due(host) is None for host in place.hosts.values())
    for host in place.hosts.values():
        over = not any(is_behind(lane, host.began) and lane.rest <= clock for lane in host.lanes.values())
        if over and (idle or not host.began <= clock < host.began + every):
            host.began = clock
            for lane in host.lanes.values():
                begin(lane, clock, starts)


def due(host: Host) -> float | None:
    """When an instance can be asked what is left to ask; None if nothing is."""
    left = [lane.rest for lane in host.lanes.values() if is_behind(lane, host.began) or lane.walk is not None]
    return max(host.rest, min(left)) if left else None


def choose(host: Host, clock: float) -> str | None:
    """The list to ask for: what is new goes before what is old, and who has waited longest goes first."""
    ready = [
        (not is_behind(lane, host.began), lane.asked, number, name)
        for number, (name, lane) in enumerate(host.lanes.items())
        if lane.rest <= clock and (is_behind(lane, host.began) or lane.walk is not None)
    ]
    return min(ready)[-1] if ready else None


def next_due(place: Place, every: float) -> float:
    """When the next instance is to be asked; one of which only lists that rest are left, by its next round."""
    rounds = {name: max(host.rest, host.began + every) for name, host in place.hosts.items()}
    times = {name: due(host) for name, host in place.hosts.items()}
    return min(soon if (time := times[name]) is None else min(time, soon) for name, soon in rounds.items())


def is_open(place: Place) -> bool:
    """Whether something is left to read."""
    return any(due(host) is not None for host in place.hosts.values())


def covered(place: Place) -> float | None:
    """All lists of all instances were read up to this moment; None if one was not read back to its beginning."""
    lanes = [lane for host in place.hosts.values() for lane in host.lanes.values()]
    if any(lane.until == 0.0 or (lane.walk is not None and lane.walk.pages is None) for lane in lanes):
        return None
    return min(lane.until for lane in lanes)


def troubles(place: Place) -> Iterator[str]:
    """What is wrong with the instances that could not be read."""
    for name, host in place.hosts.items():
        short = name.partition("://")[2]
        if host.error is not None:
            yield f"{short}: {host.error}"
        yield from (f"{short} {list_}: {lane.error}" for list_, lane in host.lanes.items() if lane.error is not None)
