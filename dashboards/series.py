"""Puts the answer about a range together: points, totals, and what is drawn beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dashboards import shapes
from dashboards.expected import expected
from dashboards.series_shapes import ConcernCounts, Counts, Series, Share, Shares, Totals
from uproar import answers, buckets, people, sums
from uproar.models import Gap, Spike
from uproar.moments import slots, step_for
from uproar.signals import alertname
from uproar.sums import Lines, Numbers, Range, Steps
from uproar.watch import Watch
from uproar.wilson import share

POINTS = ("posts", "voices", "negative", "neutral", "positive", "cancel")
LARGEST = 8  # more lines than these nobody tells apart
DIGITS = 4

Cells = dict[tuple[str, str], Numbers]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is to be drawn: at most so many points, in brief or not, and what was expected of which."""

    points: int
    brief: bool
    expected: Sequence[str]


def series(
    session: Session, *, watches: Sequence[Watch], asked: Range, newest: int | None, drawn: Drawn, now: datetime
) -> Series:
    """Everything that the charts and key figures of one range are made of; `watches` are those of the range."""
    span = asked.span
    step = step_for(span, drawn.points)
    cells = sums.whole(session, asked)
    by_source, by_lang = _sum_by(cells, lambda key: key[0]), _sum_by(cells, lambda key: key[1])
    concerns = sums.concerns(session, asked)
    times = slots(span, step)
    unfinished = None
    if times[-1] <= now.timestamp() < times[-1] + step:  # it always looks like a crash to zero
        unfinished = times.pop()
    found = sums.steps(
        session,
        asked,
        times=times,
        step=step,
        sources=_largest(by_source),
        langs=_largest(by_lang),
        named=[name for name, (_, cancel) in concerns.items() if cancel][:LARGEST],
    )
    leaving = people.cancel_people(session, asked, voices=sum(row["cancel"] for row in cells.values()))
    usual, usual_whole = expected(session, asked, signals=drawn.expected, times=times, step=step, now=now.timestamp())
    parts = {} if drawn.brief else {"by_source": by_source, "by_lang": by_lang}
    return Series(
        watch=asked.watch,
        also=asked.watches[1:],
        simulated=any(watch.simulated for watch in watches),
        start=span.start,
        end=span.end,
        step=step,
        unfinished=unfinished,
        newest=newest,
        **_columns(found, times, brief=drawn.brief),
        sources=_parts(found, found.sources),
        langs=_parts(found, found.langs),
        concerns=found.concerns,
        expected=usual,
        totals=_totals(cells, parts, concerns, usual=usual_whole, leaving=leaving),
        gaps=[gap_answer(gap) for name in asked.watches for gap in answers.gaps(session, watch=name, span=span)],
        spikes=[
            shapes.SpikeMark.model_validate(spike.model_dump())
            for name in asked.watches
            for spike in answers.spikes(session, watch=name, span=span)
        ],
        timeline=[one for watch in watches for one in timeline(watch) if span.first <= one.at < span.last],
    )


def _columns(found: Steps, times: list[int], *, brief: bool) -> dict[str, object]:
    columns = found.columns
    following = (
        dict.fromkeys(("t", "neutral", "cancel_share"))
        if brief
        else {"t": times, "cancel_share": _shares(columns["cancel"], columns["voices"])}
    )
    stages = {name.removeprefix("stage_"): columns[name] for name in buckets.STAGE_COLUMNS if any(columns[name])}
    stances = {name.removeprefix("stance_"): columns[name] for name in buckets.STANCE_COLUMNS}
    return {name: columns[name] for name in POINTS} | following | {"stages": stages, "stances": stances}


def _parts(found: Steps, parts: Lines) -> Lines:
    """The posts of each of the largest, and under an empty name those of all others."""
    rest = [whole - sum(each) for whole, *each in zip(found.columns["posts"], *parts.values(), strict=True)]
    return parts | {"": rest} if any(rest) else parts


def _shares(parts: list[int], wholes: list[int]) -> Shares:
    found = [share(part, whole) for part, whole in zip(parts, wholes, strict=True)]
    columns = [[None if one is None else round(one[place], DIGITS) for one in found] for place in range(3)]
    return Shares(share=columns[0], low=columns[1], high=columns[2])


def _sum_by(cells: Cells, key: Callable[[tuple[str, str]], str]) -> dict[str, Numbers]:
    """Add cells up that have the same key; the most posts first."""
    found: dict[str, Numbers] = {}
    for cell, numbers in cells.items():
        into = found.setdefault(key(cell), dict.fromkeys(buckets.COLUMNS, 0))
        for name, number in numbers.items():
            into[name] += number
    return dict(sorted(found.items(), key=lambda item: (-item[1]["posts"], item[0])))


def _largest(rows: Mapping[str, Numbers]) -> list[str]:
    return list(rows)[:LARGEST]


def _totals(
    cells: Cells,
    parts: Mapping[str, Mapping[str, Numbers]],
    concerns: Mapping[str, tuple[int, int]],
    *,
    usual: dict[str, float | None],
    leaving: int | None,
) -> Totals:
    everything = _sum_by(cells, lambda _: "").get("") or dict.fromkeys(buckets.COLUMNS, 0)
    return Totals(
        **_counts(everything).model_dump(),
        cancel_people=leaving,
        cancel_share=_share(everything["cancel"], everything["voices"]),
        negative_share=_share(everything["negative"], everything["posts"]),
        by_stage={name.removeprefix("stage_"): everything[name] for name in buckets.STAGE_COLUMNS},
        by_stance={name.removeprefix("stance_"): everything[name] for name in buckets.STANCE_COLUMNS},
        **{"by_source": None, "by_lang": None}
        | {of: {name: _counts(row) for name, row in rows.items()} for of, rows in parts.items()},
        concerns={name: ConcernCounts(posts=posts, cancel=cancel) for name, (posts, cancel) in concerns.items()},
        expected=usual,
    )


def _counts(row: Numbers) -> Counts:
    return Counts(**{name: row[name] for name in buckets.COUNTED})


def _share(part: int, whole: int) -> Share | None:
    found = share(part, whole)
    return None if found is None else Share(share=found[0], low=found[1], high=found[2])


def timeline(watch: Watch) -> list[shapes.Moment]:
    """The dated events of a watch, the earliest first."""
    return [shapes.Moment(at=one.at, text=one.text) for one in sorted(watch.timeline, key=lambda one: one.at)]


def gap_answer(gap: Gap) -> shapes.GapAnswer:
    """A gap as the API shows it."""
    return shapes.GapAnswer.model_validate(gap.model_dump())


def spike_answer(spike: Spike) -> shapes.SpikeAnswer:
    """A spike as the API shows it."""
    return shapes.SpikeAnswer.model_validate(spike.model_dump() | {"alertname": alertname(spike.signal)})
