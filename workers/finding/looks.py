"""One look at one watch: what it finds, and how that is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from uproar import alerts, database, detectors, expectations
from uproar.bands import Expected
from uproar.buckets import MINUTE
from uproar.settings import Settings
from uproar.signals import no_data, rank
from workers.finding import why
from workers.finding.memory import Counts, Memory, Stretch
from workers.finding.minutes import Reach
from workers.finding.recording import FRESH, Found, record, tell_late
from workers.finding.silence import STEADY, Silence, judge, limit
from workers.finding.views import View
from workers.spikes import Event
from workers.spikes.windows import Sums

UNSAID = "The watch file no longer asks for it."
LEARNT_ANEW = "Back to normal."
ENDED = "The watch has ended; no post is waited for any longer."


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a watch, and what is to be remembered: up to which minute, and the state, by signal.

    `go_on` are signals whose spike was found late and is not over; `present` is what is counted now, by signal, of
    spikes that were told before; `expected` of the steps that have ended, for charts.
    """

    view: View
    found: Sequence[Found]
    states: Mapping[str, tuple[int, dict[str, Any]]]
    go_on: frozenset[str] = frozenset()
    present: Mapping[str, Sums] = field(default_factory=dict)
    expected: Sequence[Expected] = ()


def look(view: View, memory: Memory, counts: Counts, *, late: Stretch | None, now: datetime) -> Look:
    """Look at the minutes of a watch that have closed, and ahead at those that have begun.

    Args:
        view: the watch.
        memory: what is remembered of it; it is changed.
        counts: what was counted from `view.front.start` on.
        late: minutes that were missed and have come since.
        now: the moment of the look.
    """
    start, edge = view.front.start, view.edge
    silent = frozenset(one for one in _silent(view, memory, now=now) if no_data(one) in view.open_spikes)
    settled = max(start, edge.settled)
    events = memory.look(Stretch(start, settled, counts, view.reaches, silent))
    found = [found_of(signal, event, memory, view.reaches, silent) for signal, event in events]
    if late is not None:
        memory.learn_late(late)
    silences = _silent(view, memory, now=now)
    if settled > start:
        found += _silences(view, memory, silences, now=now)
    ahead = Stretch(settled, edge.begun, counts, view.reaches)
    down = {name: reach for name, reach in view.reaches.items() if name in edge.down}  # others are only not done yet
    for signal, event in memory.look_ahead(ahead, down=edge.down | silent):
        found.append(found_of(signal, event, memory, down, silent))
    found += _loose_ends(view, memory, found, now=now)
    present = memory.present(ahead, view.open_spikes, down=edge.down | silent) | _lasting(view, silences, now=now)
    since = int((now - FRESH).timestamp())
    go_on = frozenset(one for one in view.late & memory.watchers.keys() if memory.watchers[one].goes_on(since))
    changed = settled > start or found or go_on or late is not None
    states = {one: (settled, state) for one, state in memory.dump().items()} if changed else {}
    return Look(view, found, states, go_on, present, memory.expected())


def found_of(
    signal: str, event: Event, memory: Memory, reaches: Mapping[str, Reach], silent: frozenset[str] = frozenset()
) -> Found:
    """What a detector says, as it goes on record."""
    end = event.start + MINUTE
    window = Stretch(end - event.window_s, end, {}, reaches, silent)
    details = {
        "window": why.window(window.start, window.end),
        "baseline_days": round(memory.watchers[signal].age_days(), 1),
        "coverage": memory.coverage(window, signal),
        "gaps": why.unread({name: reach.covers for name, reach in reaches.items()}, window.start, window.end),
    }
    return Found(
        signal=signal,
        kind=event.kind,
        at=datetime.fromtimestamp(event.start, UTC),
        count=event.count,
        expected=event.expected,
        window_s=event.window_s,
        score=event.score,
        explanation=event.explanation,
        details=details,
    )


def _silent(view: View, memory: Memory, *, now: datetime) -> dict[str, Silence]:
    """The sources that are silent, by what is remembered of them; none is when the watch is over."""
    if not view.watch.covers(now):
        return {}
    found = {
        source.name: judge(
            source,
            view.cursors.get(source.name),
            memory.supplies.get(source.name),
            longest=limit(source, view.watch.alerts.no_data_minutes),
            now=now,
        )
        for source in view.watch.sources
    }
    return {name: silence for name, silence in found.items() if silence is not None}


def _silences(view: View, memory: Memory, silences: Mapping[str, Silence], *, now: datetime) -> list[Found]:
    """Sources that have fallen silent, and those that speak again."""
    if view.watch.alerts.clock == "posts":
        return []
    found = []
    for source in view.watch.sources:
        signal = no_data(source.name)
        silence = silences.get(source.name)
        if silence is not None and signal not in view.open_spikes:
            lasted = int((now - silence.since).total_seconds())
            found.append(Found(signal, "firing", now, 0, silence.expected, lasted, 0.0, silence.explanation))
        supply = memory.supplies.get(source.name)
        back = silence is None and (supply is None or supply.steady >= STEADY)
        over = not view.watch.covers(now)
        if (back or over) and signal in view.open_spikes and source.enabled:
            reason = ENDED if over else f"{source.name} brings posts again"
            found.append(Found(signal, "resolved", now, 0, 0.0, 0, 0.0, reason))
    return found


def _lasting(view: View, silences: Mapping[str, Silence], *, now: datetime) -> dict[str, Sums]:
    """How long the sources have been silent of which that was told, and what would have come."""
    return {
        no_data(name): Sums(int((now - silence.since).total_seconds()) // MINUTE * MINUTE, 0, silence.expected, 0)
        for name, silence in silences.items()
        if no_data(name) in view.open_spikes
    }


def _loose_ends(view: View, memory: Memory, found: Sequence[Found], *, now: datetime) -> list[Found]:
    """The end of spikes that nobody looks after: their rule or source is gone, or a detector has learnt anew."""
    sources = {no_data(source.name) for source in view.watch.sources if source.enabled}
    known = {*view.front.signals, *view.front.behind, *sources}
    just_found = {one.signal for one in found}
    ends = [
        Found(signal, "resolved", now, 0, 0.0, 0, 0.0, UNSAID)
        for signal in sorted(view.open_spikes.keys() - known - just_found)
    ]
    return ends + [
        Found(signal, "resolved", now, 0, 0.0, 0, 0.0, LEARNT_ANEW)
        for signal, one in memory.watchers.items()
        if signal in view.open_spikes and signal not in just_found and not one.spell.firing
    ]


def keep(looks: Sequence[Look], *, settings: Settings, now: datetime) -> set[str]:
    """Write down what was looked at and found; the watches of which it was ours to say.

    Watches in which nothing happened share a transaction. Where something did, posts and spikes are locked: each has
    one of its own.
    """
    kept = set()
    quiet = [one for one in looks if one.states and not one.found and not one.go_on]
    calm = [one for one in quiet if one.states.keys() <= one.view.heads.keys()]
    if calm:
        with database.writing() as session:
            for one in calm:
                name = one.view.watch.name
                if detectors.put(session, watch=name, states=one.states, was=one.view.heads):
                    kept.add(name)
            ours = [one for one in calm if one.view.watch.name in kept]
            expectations.put(session, [(one.view.watch.name, step) for one in ours for step in one.expected])
    for one in looks:
        if not one.states or (one not in calm and _keep_alone(one, settings=settings, now=now)):
            kept.add(one.view.watch.name)
    for one in looks:
        if one.view.watch.name in kept:
            _refresh(one)
    return kept


def _refresh(look: Look) -> None:
    """Say in the rows of spikes what is counted now: one at a time, so that nobody who locks several waits for us."""
    for signal, sums in look.present.items():
        row = look.view.open_spikes[signal]
        now = replace(row, count=sums.count, expected=round(sums.expected, 2), window_s=sums.window_s)
        if now != row:
            with database.writing() as session:
                alerts.refresh(session, watch=look.view.watch.name, signal=signal, now=now)


def _keep_alone(one: Look, *, settings: Settings, now: datetime) -> bool:
    watch = one.view.watch
    with database.writing() as session:
        if not detectors.put(session, watch=watch.name, states=one.states, was=one.view.heads):
            session.rollback()  # another worker was faster: its findings stand, ours are thrown away
            return False
        expectations.put(session, [(watch.name, step) for step in one.expected])
        for found in sorted(one.found, key=lambda found: (found.at, rank(found.signal))):
            record(session, found, watch, settings=settings, now=now)
        for signal in sorted(one.go_on, key=rank):
            tell_late(session, signal, watch, settings=settings, now=now)
    return True
