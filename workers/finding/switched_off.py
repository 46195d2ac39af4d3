"""Ends the spikes of watches that are switched off: nobody looks at them any longer, and who was told has to know."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from uproar import alerts, database, detectors
from uproar.buckets import MINUTE, minute_of
from uproar.detectors import Head
from uproar.settings import Settings
from uproar.signals import rank, signals_of
from uproar.watch import Watch
from workers.finding.memory import Memory
from workers.finding.recording import Found, record

OFF = "The watch was switched off; nobody looks any longer whether it goes on."


def end_spikes(watches: Iterable[Watch], settings: Settings, *, now: datetime) -> int:
    """End and tell what goes on in watches that are switched off; how many spikes that were.

    A watch that has no file any more is left alone: another machine may have it.
    """
    off = {watch.name: watch for watch in watches if not watch.enabled}
    if not off:
        return 0
    with database.reading() as session:
        going_on = {name: sorted(found, key=rank) for name, found in alerts.open_spikes(session, off).items() if found}
    return sum(_end(off[name], signals, settings, now=now) for name, signals in going_on.items())


def _end(watch: Watch, signals: list[str], settings: Settings, *, now: datetime) -> int:
    with database.writing() as session:
        heads = detectors.heads(session, [watch.name])[watch.name]
        states = detectors.states(session, [watch.name])[watch.name]
        memory = Memory.load(watch, [one for one in signals_of(watch) if one in states], states, 0)
        for watcher in memory.watchers.values():
            watcher.spell.end()
        ended = {one: (_seen_until(heads, one, watch, now), state) for one, state in memory.dump().items()}
        if not detectors.put(session, watch=watch.name, states=ended, was=heads):
            session.rollback()  # somebody still looks at it: there is a next time
            return 0
        for signal in signals:
            record(session, Found(signal, "resolved", now, 0, 0.0, 0, 0.0, OFF), watch, settings=settings, now=now)
    return len(signals)


def _seen_until(heads: Mapping[str, Head], signal: str, watch: Watch, now: datetime) -> int:
    """Where to go on when it is switched on again: after the end, so that what happens then is not taken for known."""
    seen = heads[signal].seen_until
    is_behind = seen < max(head.seen_until for head in heads.values())
    return seen if is_behind or watch.alerts.clock == "posts" else max(seen, minute_of(now) + MINUTE)
