"""What is remembered of a watch, of its signals and sources, and what happens when minutes are added: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from uproar.buckets import MINUTE
from uproar.expectations import Expected
from uproar.signals import COUNTS, NO_DATA, no_data
from uproar.watch import Watch
from workers.finding.minutes import Reach, total
from workers.finding.supply import Supply, rise, shares
from workers.finding.usual import Usual
from workers.finding.watchers import Volume, Watcher, watcher
from workers.spikes import Event
from workers.spikes.windows import Sums

LEAST = 0.5  # observed of what sources usually bring: with less nothing is known, with more what is expected is scaled
LONGEST_MISSED = 2 * 86_400  # what has come late is learnt of no longer stretch

Counts = Mapping[int, Mapping[str, Mapping[str, int]]]  # minute, source, column


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes from `start` up to but without `end`: what was counted, and how far the sources were read.

    `silent` sources are read and bring nothing although they should: nobody knows what there is.
    """

    start: int
    end: int
    counts: Counts
    reaches: Mapping[str, Reach]
    silent: frozenset[str] = frozenset()


@dataclass(slots=True)
class Memory:
    """What is remembered of a watch; `supplied_until`: up to where the sources were looked at."""

    watch: Watch
    watchers: dict[str, Watcher]
    supplies: dict[str, Supply] = field(default_factory=dict)
    supplied_until: int = 0
    missed: dict[str, tuple[int, int]] = field(default_factory=dict)  # signal: minutes that taught nothing
    usual: dict[str, Usual] = field(default_factory=dict)  # what was expected, for charts

    @classmethod
    def load(cls, watch: Watch, signals: Iterable[str], states: Mapping[str, dict[str, Any]], until: int) -> "Memory":
        """The memory of these signals of a watch, and of its sources up to `until`."""
        watchers = {one: watcher(one, watch, states[one]["watcher"] if one in states else None) for one in signals}
        supplies = {
            signal.removeprefix(NO_DATA): Supply.load(state["supply"])
            for signal, state in states.items()
            if signal.startswith(NO_DATA)
        }
        missed = {one: tuple(states[one]["missed"]) for one in signals if one in states and states[one]["missed"]}
        usual = {one: Usual.load(one, states.get(one, {}).get("usual")) for one in watchers if one in COUNTS}
        return cls(watch, watchers, supplies, until, {one: (start, end) for one, (start, end) in missed.items()}, usual)

    def dump(self) -> dict[str, dict[str, Any]]:
        """All of it, by signal, as JSON values; the sources under the signals of their silence."""
        signals: dict[str, dict[str, Any]] = {
            name: {"watcher": one.dump(), "missed": self.missed.get(name)} for name, one in self.watchers.items()
        }
        for name, steps in self.usual.items():
            signals[name]["usual"] = steps.dump()
        return signals | {no_data(name): {"supply": one.dump()} for name, one in self.supplies.items()}

    def look(self, stretch: Stretch) -> list[tuple[str, Event]]:
        """Take in minutes for good; what happened in them, by signal."""
        found = []
        for minute in range(stretch.start, stretch.end, MINUTE):
            by_source = stretch.counts.get(minute, {})
            absent = {name for name, reach in stretch.reaches.items() if not reach.covers(minute)}
            self._supply(minute, by_source, stretch.reaches, absent)
            found += self._observe(minute, by_source, absent | stretch.silent)
        return found

    def expected(self) -> list[Expected]:
        """What was expected of the steps that have ended in the minutes that were taken in."""
        return [step for one in self.usual.values() for step in one.done]

    def _supply(
        self, minute: int, by_source: Mapping[str, Mapping[str, int]], known: Iterable[str], absent: set[str]
    ) -> None:
        if minute >= self.supplied_until:
            for name in {*known, *by_source} - absent - self.supplies.keys():
                self.supplies[name] = Supply.begin(minute, self.supplies.values())
            for name, supply in self.supplies.items():
                if name in absent:
                    supply.steady = 0
                else:
                    supply.learn(minute, by_source.get(name, {}))
        if any(one.joined == minute for one in self.supplies.values()):
            for one in self.watchers.values():
                one.rescale(rise(self.supplies, one.column, minute=minute))

    def _observe(
        self, minute: int, by_source: Mapping[str, Mapping[str, int]], absent: set[str]
    ) -> list[tuple[str, Event]]:
        found = []
        everything, expected = self._totals(minute, by_source, absent)
        parts = self._parts(minute, absent)
        for signal, one in self.watchers.items():
            part = parts.get(one.column, 1.0)
            if isinstance(one, Volume) and signal in self.usual:
                self.usual[signal].add(minute, part if part >= LEAST else None, one.detector)
            if one.whole:
                event = one.observe(minute, everything, 1.0)
            elif part < LEAST:
                event = one.observe(minute, None, 0.0)
                self.missed[signal] = (self.missed.get(signal, (minute, 0))[0], minute + MINUTE)
            else:
                event = one.observe(minute, expected, part)
            if event is not None:
                found.append((signal, event))
        return found

    def _totals(
        self, minute: int, by_source: Mapping[str, Mapping[str, int]], absent: Iterable[str]
    ) -> tuple[dict[str, int], dict[str, int]]:
        """What was counted in a minute by all sources, and by those of which it is known what they bring."""
        new = {name for name, one in self.supplies.items() if one.joined > minute}
        return total(by_source, ()), total(by_source, new.union(absent))

    def _parts(self, minute: int, absent: set[str]) -> dict[str, float]:
        """What part of each column the sources bring that were observed; nothing is there if all were."""
        if not absent:
            return {}
        parts = {}
        for column in {one.column for one in self.watchers.values()}:
            found = shares(self.supplies, column, minute=minute)
            parts[column] = sum(part for name, part in found.items() if name not in absent)
        return parts

    def observed(
        self, minute: int, by_source: Mapping[str, Mapping[str, int]], known: Iterable[str], absent: set[str]
    ) -> float:
        """What part of all posts the sources bring that were observed in a minute; learns what each of them brings."""
        self._supply(minute, by_source, known, absent)
        found = shares(self.supplies, "posts", minute=minute)
        return sum(part for name, part in found.items() if name not in absent) if absent else 1.0

    def coverage(self, window: Stretch, signal: str) -> float:
        """What part of what the sources usually bring of a signal was observed in a window."""
        column = self.watchers[signal].column
        parts = []
        for minute in range(window.start, window.end, MINUTE):
            absent = {name for name, reach in window.reaches.items() if not reach.covers(minute)} | window.silent
            parts.append(self._parts(minute, absent).get(column, 1.0))
        return round(sum(parts) / max(len(parts), 1), 2)

    def look_ahead(self, stretch: Stretch, *, down: Iterable[str]) -> list[tuple[str, Event]]:
        """What the minutes that are not closed say already: which spikes begin, and nothing else.

        What is counted so far can only grow, so what stands out already will stand out. Nothing is learnt from it;
        how strong a spike gets is told once its minutes are complete.
        """
        minutes = range(stretch.start, stretch.end, MINUTE)
        down = set(down)
        found: list[tuple[str, Event]] = []
        sums = {minute: self._totals(minute, stretch.counts.get(minute, {}), down) for minute in minutes}
        parts = self._parts(stretch.start, down) if sums else {}
        for signal, one in self.watchers.items():
            part = 1.0 if one.whole else parts.get(one.column, 1.0)
            counted = {minute: sums[minute][not one.whole] for minute in minutes}
            more = any(numbers.get(one.name, 0) > one.expects(minute) for minute, numbers in counted.items())
            if part < LEAST or not more:
                continue
            ahead = watcher(signal, self.watch, one.dump())
            for minute, numbers in counted.items():
                event = ahead.observe(minute, numbers, part)
                if event is not None and event.kind != "resolved":
                    one.spell.restore(ahead.spell.dump())
                    found.append((signal, event))
                    break
        return found

    def present(self, stretch: Stretch, signals: Iterable[str], *, down: Iterable[str]) -> dict[str, Sums]:
        """What is counted now of these signals, as far as they have an episode: also in minutes that are not closed."""
        found = {}
        absent = set(down)
        for signal in signals:
            one = self.watchers.get(signal)
            if one is None or not one.spell.firing:
                continue
            ahead = watcher(signal, self.watch, one.dump())
            for minute in range(stretch.start, stretch.end, MINUTE):
                numbers = self._totals(minute, stretch.counts.get(minute, {}), absent)[not one.whole]
                part = 1.0 if one.whole else self._parts(minute, absent).get(one.column, 1.0)
                if part >= LEAST and stretch.counts.get(minute):
                    ahead.observe(minute, numbers, part)
            found[signal] = ahead.present()
        return found

    def owed(self, reaches: Mapping[str, Reach]) -> tuple[int, int] | None:
        """The minutes that have to be learnt late, now that the sources have been read beyond them."""
        if not self.missed:
            return None
        start = min(start for start, _ in self.missed.values())
        end = max(end for _, end in self.missed.values())
        if any(reach.until is not None and reach.until < end for reach in reaches.values()):
            return None
        return max(start, end - LONGEST_MISSED), end

    def learn_late(self, stretch: Stretch) -> None:
        """Learn from minutes that were missed when their time was; what was never read stays missing."""
        for minute in range(stretch.start, stretch.end, MINUTE):
            absent = {name for name, reach in stretch.reaches.items() if not reach.covers(minute)}
            parts = self._parts(minute, absent)
            _, expected = self._totals(minute, stretch.counts.get(minute, {}), absent)
            for signal, (start, end) in self.missed.items():
                one = self.watchers[signal]
                part = parts.get(one.column, 1.0)
                if start <= minute < end and part >= LEAST:
                    one.teach(minute, expected, part)
        self.missed.clear()
