"""How a reaction is counted: pure, and the same for the workers, for a recount and for a test."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

MINUTE = 60
ROLLUPS = (300, 1_800, 7_200, 86_400)  # seconds that buckets are summed up over; each divides the next
DAY = ROLLUPS[-1]

# Stages of what authors say about their own custom, from DESIGN's table of words; the first five are cancel intent.
CANCEL_STAGES = ("cancelled", "cancelling", "conditional", "considering", "seeking")
OTHER_STAGES = ("urging", "reported", "staying", "joining")
STAGES = (*CANCEL_STAGES, *OTHER_STAGES, "none")

# the columns of a bucket
COUNTED = ("posts", "voices", "negative", "neutral", "positive", "cancel")
STAGE_COLUMNS = tuple(f"stage_{stage}" for stage in STAGES[:-1])  # `none` has none: it is what remains of the voices
STANCE_COLUMNS = ("stance_against", "stance_for")
COLUMNS = (*COUNTED, *STAGE_COLUMNS, *STANCE_COLUMNS)

BucketKey = tuple[str, int, str, str]  # watch, minute in seconds since 1970, source, language
ConcernKey = tuple[str, int, str, str, str]  # the same and the concern
K = TypeVar("K", BucketKey, ConcernKey)


@dataclass(frozen=True, slots=True)
class Counted:
    """What of a reaction is counted."""

    watch: str
    source: str
    created_at: datetime
    lang: str
    sentiment: str
    stage: str
    stance: str
    concerns: tuple[str, ...]
    voice: bool

    @property
    def cancel(self) -> bool:
        """Whether this is a cancel voice: an original in which the author's own leaving is spoken of."""
        return self.voice and self.stage in CANCEL_STAGES

    @property
    def key(self) -> BucketKey:
        """The bucket that it belongs to."""
        return self.watch, minute_of(self.created_at), self.source, self.lang


def minute_of(moment: datetime) -> int:
    """The start of the moment's minute, in whole seconds since 1970."""
    return int(moment.timestamp()) // MINUTE * MINUTE


def tally(reactions: Iterable[Counted]) -> tuple[dict[BucketKey, Counter[str]], dict[ConcernKey, Counter[str]]]:
    """Count reactions into buckets; keys come out sorted, so that two writers lock rows in the same order.

    Posts and their sentiment, stance and concerns count every post, echoes too; `cancel` and the stages count voices.
    """
    buckets: dict[BucketKey, Counter[str]] = {}
    concerns: dict[ConcernKey, Counter[str]] = {}
    for one in reactions:
        columns = ["posts", one.sentiment]
        if one.voice:
            columns.append("voices")
            if one.stage != "none":
                columns.append(f"stage_{one.stage}")
        if one.cancel:
            columns.append("cancel")
        if one.stance != "none":
            columns.append(f"stance_{one.stance}")
        buckets.setdefault(one.key, Counter()).update(columns)
        for concern in set(one.concerns):
            concerns.setdefault((*one.key, concern), Counter()).update(["posts", "cancel"] if one.cancel else ["posts"])
    return dict(sorted(buckets.items())), dict(sorted(concerns.items()))


def changes(
    before: Iterable[Counted], after: Iterable[Counted]
) -> tuple[dict[BucketKey, dict[str, int]], dict[ConcernKey, dict[str, int]]]:
    """What has to be added to the buckets where `before` was counted and `after` is to be; keys come out sorted.

    Only columns that change are there: what leaves one bucket and enters the same one is nothing to write.
    """
    old_buckets, old_concerns = tally(before)
    new_buckets, new_concerns = tally(after)
    return _difference(old_buckets, new_buckets), _difference(old_concerns, new_concerns)


def _difference(old: Mapping[K, Counter[str]], new: Mapping[K, Counter[str]]) -> dict[K, dict[str, int]]:
    found: dict[K, dict[str, int]] = {}
    for key in sorted(old.keys() | new.keys()):
        columns = Counter(new.get(key, ()))
        columns.subtract(old.get(key, ()))
        moved = {name: number for name, number in columns.items() if number}
        if moved:
            found[key] = moved
    return found


def rolled_up(tallied: Mapping[K, Mapping[str, int]]) -> dict[tuple[Any, ...], dict[str, int]]:
    """The same counts summed up over each step of `ROLLUPS`; the step stands in the keys after the watch.

    Keys come out sorted; what comes to nothing is left out.
    """
    sums: dict[tuple[Any, ...], Counter[str]] = {}
    for (watch, minute, *rest), columns in tallied.items():
        for step in ROLLUPS:
            into = sums.setdefault((watch, step, minute // step * step, *rest), Counter())
            for name, number in columns.items():
                into[name] += number
    found = {key: {name: number for name, number in columns.items() if number} for key, columns in sums.items()}
    return {key: found[key] for key in sorted(found) if found[key]}


def pieces(start: int, end: int, *, step: int = DAY) -> list[tuple[int, int, int]]:
    """Cut [start, end) into the fewest buckets and roll-ups of which none reaches over the end of a `step`.

    Each piece is the size of its buckets in seconds, its start and its end.
    """
    return _cut([size for size in (MINUTE, *ROLLUPS) if step % size == 0], start, end)


def _cut(sizes: list[int], start: int, end: int) -> list[tuple[int, int, int]]:
    if start >= end:
        return []
    *smaller, size = sizes
    if not smaller:
        return [(size, start, end)]
    first, last = -(-start // size) * size, end // size * size
    if first >= last:
        return _cut(smaller, start, end)
    return [*_cut(smaller, start, first), (size, first, last), *_cut(smaller, last, end)]
