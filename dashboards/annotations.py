"""Spikes, events of the deal and gaps as annotations, in the shape that Grafana's charts draw."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dashboards.questions import Chosen, From, Now, To, span
from uproar import answers, database
from uproar.alerts import in_words
from uproar.models import Gap, Spike
from uproar.signals import alertname
from uproar.watch import Moment

Milliseconds = Annotated[int, Field(description="milliseconds since 1970")]

router = APIRouter()


class Annotation(BaseModel):
    """One mark on a chart, or one stretch of it."""

    time: Milliseconds
    timeEnd: Milliseconds = Field(description="the same as `time` for a moment; of what goes on, now")  # noqa: N815 - Grafana's name
    title: str
    text: str = Field(description="plain text, never to be used as HTML")
    tags: list[str] = Field(
        description="spike, its signal, state and kind of alert; timeline; or gap and its source; simulated"
    )


@router.get("/annotations")
def get_annotations(*, watch: Chosen, now: Now, start: From = "latest-24h", end: To = "latest") -> list[Annotation]:
    """Spikes, events of the deal and gaps that touch a range, the earliest first."""
    with database.reading() as session:
        asked, _ = span(session, watch.name, start=start, end=end, now=now)
        found = [_of_spike(one, now) for one in answers.spikes(session, watch=watch.name, span=asked)]
        found += [_of_gap(one, now) for one in answers.gaps(session, watch=watch.name, span=asked)]
    found += [_of_moment(one) for one in watch.timeline if asked.first <= one.at < asked.last]
    if watch.simulated:
        found = [one.model_copy(update={"tags": [*one.tags, "simulated"]}) for one in found]
    return sorted(found, key=lambda one: (one.time, one.title))


def _of_spike(spike: Spike, now: datetime) -> Annotation:
    return Annotation(
        time=_ms(spike.started_at),
        timeEnd=_ms(spike.resolved_at or max(now, spike.started_at)),
        title=f"{alertname(spike.signal)}: {spike.signal}",
        text=in_words(spike),
        tags=["spike", spike.signal, spike.state, alertname(spike.signal)],
    )


def _of_gap(gap: Gap, now: datetime) -> Annotation:
    return Annotation(
        time=_ms(gap.started_at),
        timeEnd=_ms(gap.ended_at or max(now, gap.started_at)),
        title=f"Gap: {gap.source}",
        text=gap.reason,
        tags=["gap", gap.source],
    )


def _of_moment(moment: Moment) -> Annotation:
    return Annotation(
        time=_ms(moment.at), timeEnd=_ms(moment.at), title="Timeline", text=moment.text, tags=["timeline"]
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)
