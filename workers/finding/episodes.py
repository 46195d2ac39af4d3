"""Looks for spikes in all watches: in the minutes that have closed, and ahead in those that have begun."""

import random
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from uproar import database, detectors
from uproar.log import get_logger
from uproar.queue import FIND_SPIKES, announce
from uproar.settings import Settings
from uproar.watch import Watch
from workers.finding.history import take_slice
from workers.finding.looks import Look, keep, look
from workers.finding.memory import Counts, Memory, Stretch
from workers.finding.switched_off import end_spikes
from workers.finding.views import View, views

AT_ONCE = 100  # watches that are read and written together
CATCH_UP_SECONDS = 10.0  # of one run for watches that are far behind: nobody's alerts wait longer for these

log = get_logger(__name__)

Looked = dict[str, object]  # by watch, what was counted in its open minutes when they were last looked at


def find_in_all(
    watches: Mapping[str, Watch], settings: Settings, *, now: datetime, looked: Looked | None = None
) -> int:
    """Look at what is new since the last time, in every watch that is switched on; how many events there were.

    Watches that are far behind, as new ones are, come last and in slices. `looked` is for the caller to keep from
    one call to the next, so that open minutes are looked at only if something was counted since.
    """
    enabled = [watch for watch in watches.values() if watch.enabled]
    random.shuffle(enabled)  # several workers begin at different ends
    found = 0
    behind: list[Watch] = []
    for start in range(0, len(enabled), AT_ONCE):
        some = enabled[start : start + AT_ONCE]
        new, slow = _find(some, settings, now=now, looked={} if looked is None else looked)
        found, behind = found + new, behind + slow
    return found + _catch_up(behind, settings, now=now) + end_spikes(watches.values(), settings, now=now)


def _find(watches: Sequence[Watch], settings: Settings, *, now: datetime, looked: Looked) -> tuple[int, list[Watch]]:
    """Look at some watches; how many events there were, and which watches are far behind."""
    with database.reading() as session:
        seen = views(session, watches, settings=settings, now=now)
        quick = {view.watch.name: view for view in seen if view.is_quick}
        counts = _counts(session, list(quick.values()))
        open_now = {name: _open(view, counts[name]) for name, view in quick.items()}
        news = [view for name, view in quick.items() if _has_news(view, open_now[name], looked.get(name))]
        states = detectors.states(session, [view.watch.name for view in news])
    looks = []
    for view in news:
        name = view.watch.name
        try:
            looks.append(_look(view, states[name], counts[name], now=now))
        except Exception:  # a bug in one must not blind the others; it is logged, and tried again
            log.exception("detector_failed", watch=name)
    kept = keep(looks, settings=settings, now=now)
    looked.update({name: open_now[name] for name in kept})
    behind = [view.watch for view in seen if not view.is_quick or view.front.behind]
    return sum(len(one.found) for one in looks if one.view.watch.name in kept), behind


def _counts(session: Session, quick: Sequence[View]) -> Mapping[str, Counts]:
    if not quick:
        return {}
    start, end = min(view.front.start for view in quick), max(view.edge.begun for view in quick)
    return detectors.counts(session, [view.watch.name for view in quick], start=start, end=end)


def _open(view: View, counts: Counts) -> object:
    """What is counted in the open minutes so far, in a form to compare."""
    return sorted((minute, str(by_source)) for minute, by_source in counts.items() if minute >= view.edge.settled)


def _has_news(view: View, open_now: object, looked: object) -> bool:
    return view.edge.settled > view.front.start or (bool(open_now) and open_now != looked)


def _look(view: View, states: Mapping[str, dict[str, object]], counts: Counts, *, now: datetime) -> Look:
    memory = Memory.load(view.watch, view.front.signals, states, view.front.start)
    owed = memory.owed(view.reaches)
    late = None
    if owed is not None:
        with database.reading() as session:
            known = detectors.counts(session, [view.watch.name], start=owed[0], end=owed[1])
        late = Stretch(*owed, known[view.watch.name], view.reaches)
    return look(view, memory, counts, late=late, now=now)


def _catch_up(watches: Sequence[Watch], settings: Settings, *, now: datetime) -> int:
    """Take slices of what is far behind until all is looked at or the time is up; how many events there were."""
    end = time.monotonic() + CATCH_UP_SECONDS
    left, found = list(watches), 0
    while left and time.monotonic() < end:
        watch = left.pop(0)
        try:
            new, more = take_slice(watch, settings, now=now)
        except Exception:
            log.exception("detector_failed", watch=watch.name)
            continue
        found += new
        if more:
            left.append(watch)
    if left:
        announce(FIND_SPIKES)
    return found
