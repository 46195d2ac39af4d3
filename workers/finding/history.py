"""Looks at what is long past, slice by slice: the first look at a watch, a new signal, the time after a long pause."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from uproar import answers, database, detectors
from uproar.buckets import MINUTE
from uproar.settings import Settings
from uproar.watch import Watch
from workers.finding.looks import Look, found_of, keep
from workers.finding.memory import Memory, Stretch
from workers.finding.views import View, views, within_reach

SLICE = 1_440 * MINUTE  # takes a second or two


@dataclass(frozen=True, slots=True)
class Slice:
    """Minutes that some signals look at next; `more`: these are not the last."""

    signals: tuple[str, ...]
    start: int
    end: int
    more: bool


def take_slice(watch: Watch, settings: Settings, *, now: datetime) -> tuple[int, bool]:
    """Look at one slice of a watch that is far behind; how many events there were, and whether there is more.

    The signals at the front come first. Those behind them learn from what is stored until they have reached it.
    """
    with database.reading() as session:
        view = next(iter(views(session, [watch], settings=settings, now=now)), None)
        part = None if view is None else _next(session, view, now=now)
        if view is None or part is None:
            return 0, False
        counts = detectors.counts(session, [watch.name], start=part.start, end=part.end)[watch.name]
        states = detectors.states(session, [watch.name])[watch.name]
    memory = Memory.load(watch, part.signals, states, view.front.start)
    events = memory.look(Stretch(part.start, part.end, counts, view.reaches))
    at_front = part.signals == view.front.signals
    remembered = {one: (part.end, state) for one, state in memory.dump().items() if at_front or one in part.signals}
    done = Look(
        view, [found_of(*event, memory, view.reaches) for event in events], remembered, expected=memory.expected()
    )
    kept = bool(keep([done], settings=settings, now=now))
    return len(events) if kept else 0, part.more or not kept


def _next(session: Session, view: View, *, now: datetime) -> Slice | None:
    front, settled = view.front, view.edge.settled
    if not view.is_quick:
        end = min(settled, front.start + SLICE)
        return Slice(front.signals, front.start, end, more=end < settled or bool(front.behind))
    extent = answers.extent(session, watch=view.watch.name)
    if not front.behind or extent is None:
        return None
    standing = {one: view.heads[one].seen_until if one in view.heads else extent[0] for one in front.behind}
    earliest = min(standing.values())
    signals = tuple(one for one, start in standing.items() if start == earliest)
    start = min(within_reach(view.watch, earliest, newest=extent[1], now=now), front.start)
    end = min(front.start, start + SLICE)
    return Slice(signals, start, end, more=end < front.start or len(signals) < len(standing))
