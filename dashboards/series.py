"""Puts the answer about a range together: points, totals, and what is drawn beside them."""

from datetime import datetime

from sqlmodel import Session

from dashboards import shapes
from dashboards.moments import share, slots, step_for
from uproar import answers
from uproar.models import Gap, Spike
from uproar.signals import alertname
from uproar.span import Span
from uproar.watch import Watch

COLUMNS = ("posts", "negative", "neutral", "positive", "cancel")


def series(
    session: Session, *, watch: Watch, span: Span, newest: int | None, points: int, now: datetime
) -> shapes.Series:
    """Everything that the charts and key figures of one range are made of."""
    step = step_for(span, points)
    cells = answers.cells(session, watch=watch.name, span=span, step=step)
    counted = answers.sum_by(cells, lambda cell: cell.slot)
    times = slots(span, step)
    unfinished = None
    if times[-1] <= now.timestamp() < times[-1] + step:  # it always looks like a crash to zero
        unfinished = times.pop()
    columns = {name: [counted[slot][name] if slot in counted else 0 for slot in times] for name in COLUMNS}
    return shapes.Series(
        watch=watch.name,
        simulated=watch.simulated,
        start=span.start,
        end=span.end,
        step=step,
        unfinished=unfinished,
        newest=newest,
        t=times,
        **columns,
        totals=_totals(cells, answers.concerns(session, watch=watch.name, span=span)),
        gaps=[gap_answer(gap) for gap in answers.gaps(session, watch=watch.name, span=span)],
        spikes=[
            spike_answer(spike).model_copy(update={"details": None})  # a chart of a year would carry too much
            for spike in answers.spikes(session, watch=watch.name, span=span)
        ],
        timeline=[moment for moment in timeline(watch) if span.first <= moment.at < span.last],
    )


def _totals(cells: list[answers.Cell], concerns: dict[str, tuple[int, int]]) -> shapes.Totals:
    whole = answers.sum_by(cells, lambda _: None).get(None) or dict.fromkeys(
        (*answers.COUNTED, *answers.STAGE_COLUMNS), 0
    )
    return shapes.Totals(
        **_counts(whole).model_dump(),
        cancel_share=_share(whole["cancel"], whole["voices"]),
        negative_share=_share(whole["negative"], whole["posts"]),
        by_stage={name.removeprefix("stage_"): whole[name] for name in answers.STAGE_COLUMNS},
        by_source=_largest_first(answers.sum_by(cells, lambda cell: cell.source)),
        by_lang=_largest_first(answers.sum_by(cells, lambda cell: cell.lang)),
        concerns={name: shapes.ConcernCounts(posts=posts, cancel=cancel) for name, (posts, cancel) in concerns.items()},
    )


def _counts(row: dict[str, int]) -> shapes.Counts:
    return shapes.Counts(**{name: row[name] for name in answers.COUNTED})


def _largest_first(rows: dict[str, dict[str, int]]) -> dict[str, shapes.Counts]:
    return {name: _counts(row) for name, row in sorted(rows.items(), key=lambda item: (-item[1]["posts"], item[0]))}


def _share(part: int, whole: int) -> shapes.Share | None:
    found = share(part, whole)
    return None if found is None else shapes.Share(share=found[0], low=found[1], high=found[2])


def timeline(watch: Watch) -> list[shapes.Moment]:
    """The dated events of a watch, the earliest first."""
    return [shapes.Moment(at=one.at, text=one.text) for one in sorted(watch.timeline, key=lambda one: one.at)]


def gap_answer(gap: Gap) -> shapes.GapAnswer:
    """A gap as the API shows it."""
    return shapes.GapAnswer.model_validate(gap.model_dump())


def spike_answer(spike: Spike) -> shapes.SpikeAnswer:
    """A spike as the API shows it."""
    return shapes.SpikeAnswer.model_validate(spike.model_dump() | {"alertname": alertname(spike.signal)})
