"""The questions, as JSON; the page uses the same API as everybody else."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from dashboards import annotations, corrections, endpoints, exports, notifications, quality, setup, shapes, spikes
from dashboards.budget_shapes import BudgetAnswer, VolumeAnswer
from dashboards.budgets import budget_answers
from dashboards.corrections import post_answer
from dashboards.credentials import Access
from dashboards.door import Who
from dashboards.live import Live, listening
from dashboards.questions import (
    Asked,
    Chosen,
    From,
    Limit,
    NamedWatch,
    Now,
    Ordered,
    Several,
    To,
    Together,
    Watches,
    Word,
    place_after,
    span,
)
from dashboards.series import Drawn, series, timeline
from dashboards.series_shapes import Series
from dashboards.states import source_answers
from uproar import answers, database, deadletters, merged_posts, volumes
from uproar.deadletters import Wanted
from uproar.learning import learning
from uproar.settings import settings
from uproar.signals import COUNTS
from uproar.sums import Range

RAW_SHOWN = 500

router = APIRouter(prefix="/api/v1", responses={code: {"model": shapes.Problem} for code in (404, 422, 503)})
for part in (corrections, notifications, annotations, spikes, endpoints, quality, setup, exports):
    router.include_router(part.router)


@router.get("/watches")
def get_watches(known: Watches, now: Now) -> list[shapes.WatchAnswer]:
    """Every watch, switched on or not, in the order of their files."""
    with database.reading() as session:
        extents = {watch.name: answers.extent(session, watch=watch.name) for watch in known}
        parts = {watch.name: answers.parts(session, watch=watch.name) for watch in known}
    learns = {name: learning(extent, now=now) for name, extent in extents.items()}
    return [
        shapes.WatchAnswer(
            name=watch.name,
            title=watch.title,
            enabled=watch.enabled,
            simulated=watch.simulated,
            members=sum(service.members or 0 for service in watch.services) or None,
            extent=shapes.Extent(first=extent[0], last=extent[1]) if (extent := extents[watch.name]) else None,
            learning=None
            if (one := learns[watch.name]) is None
            else shapes.LearningAnswer(since=one.since, alarms_begin_at=one.begins_at),
            timeline=timeline(watch),
            sources=sorted({*(one.name for one in watch.sources), *parts[watch.name][0]}),
            langs=sorted({*watch.languages, *parts[watch.name][1]}),
            concerns={
                concern.name: concern.label.get("en") or next(iter(concern.label.values()), concern.name)
                for concern in watch.concerns
            },
            thresholds=[shapes.ThresholdAnswer(**one.model_dump()) for one in watch.alerts.thresholds],
        )
        for watch in known
    ]


@router.get("/series")
def get_series(
    *,
    watches: Together,
    now: Now,
    start: From = "latest-24h",
    end: To = "latest",
    source: Several[Word] = None,
    lang: Several[Word] = None,
    points: Annotated[int, Query(ge=10, le=2000, description="never more points than this")] = 400,
    brief: Annotated[
        bool, Query(description="without t, neutral, cancel_share and the totals of sources and langs")
    ] = False,
    expected: Several[Literal["posts", "negative", "cancel"]] = None,
) -> Series:
    """Counts over time, their totals, and the gaps, spikes and events in the range."""
    with database.reading() as session:
        first, *also = (watch.name for watch in watches)
        asked, newest = span(session, first, *also, start=start, end=end, now=now)
        chosen = Range(first, asked, source or (), lang or (), also)
        drawn = Drawn(points, brief=brief, expected=expected or COUNTS)
        return series(session, watches=watches, asked=chosen, newest=newest, drawn=drawn, now=now)


@router.get("/posts")
def get_posts(
    *,
    watches: Together,
    now: Now,
    wanted: Asked,
    order: Ordered,
    start: From = "first",
    end: To = "latest",
    limit: Limit = 50,
) -> shapes.Posts:
    """Posts that have a reaction, the newest or the strongest first."""
    names = [watch.name for watch in watches]
    with database.reading() as session:
        asked, _ = span(session, *names, start=start, end=end, now=now)
        page = merged_posts.merged(session, watches=names, span=asked, wanted=wanted, order=order, limit=limit)
        shown = [post_answer(*row) for row in page.rows]
    return shapes.Posts(posts=shown, before=None if page.after is None else place_after(page.after))


@router.get("/sources")
def get_sources(watch: NamedWatch, known: Watches, now: Now) -> list[shapes.SourceAnswer]:
    """Every source, of one watch or of all, and how it is."""
    asked = [one for one in known if watch in (None, one.name)]
    with database.reading() as session:
        return source_answers(session, watches=asked, now=now)


@router.get("/budget")
def get_budget(now: Now) -> list[BudgetAnswer]:
    """What was bought from paid platforms, what is left, and where the month is heading."""
    with database.reading() as session:
        return budget_answers(session, settings=settings(), now=now)


@router.get("/volumes")
def get_volumes(*, watch: Chosen, now: Now, start: From = "latest-24h", end: To = "latest") -> list[VolumeAnswer]:
    """How many posts platforms say there were, hour by hour: also of those that were not bought."""
    with database.reading() as session:
        asked, _ = span(session, watch.name, start=start, end=end, now=now)
        found = volumes.within(session, watch=watch.name, span=asked)
        return [VolumeAnswer.model_validate(one) for one in found]


@router.get("/deadletters")
def get_deadletters(watch: NamedWatch, source: Word | None = None, limit: Limit = 50) -> list[shapes.DeadLetterAnswer]:
    """The newest items that could not be used."""
    with database.reading() as session:
        letters = deadletters.newest(session, Wanted(watch=watch, source=source), limit=limit)
        return [
            shapes.DeadLetterAnswer.model_validate({**letter.model_dump(), "raw": letter.raw[:RAW_SHOWN]})
            for letter in letters
        ]


@router.get("/live", response_class=EventSourceResponse)
async def get_live(
    request: Request, live: Annotated[Live, Depends(listening)], who: Who
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: `changed`, at most one a second, with the parts (reactions, spikes, sources) that did."""
    access: Access = request.app.state.access
    async for event in live.events(lambda: access.holds(who)):
        yield event
