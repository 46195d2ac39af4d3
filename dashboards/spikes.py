"""Spikes: the list of them, and one with the messages that were sent about it."""

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query
from pydantic import Field

from dashboards.notification_shapes import DeliveryAnswer
from dashboards.notifications import Id, delivery_answer
from dashboards.questions import Limit, NamedWatch, Several
from dashboards.series import spike_answer
from dashboards.shapes import SpikeAnswer, SpikeMark
from uproar import answers, database, deliveries
from uproar.answers import WantedSpikes
from uproar.columns import MOST_ID
from uproar.deliveries import Asked
from uproar.said import Said
from uproar.watch_endpoints import Signal

MOST_DELIVERIES = 200

router = APIRouter()


class SpikeWithDeliveries(SpikeAnswer):
    """One spike, and the messages about it."""

    deliveries: list[DeliveryAnswer] = Field(description="the newest first, at most 200")


@router.get("/spikes")
def get_spikes(
    *,
    watch: NamedWatch,
    state: Several[Literal["firing", "escalated", "resolved"]] = None,
    signal: Annotated[Signal | None, Query(description="a name, or all of a kind: concern:*")] = None,
    before: Annotated[int | None, Query(ge=1, le=MOST_ID, description="id of the last one of the page before")] = None,
    limit: Limit = 50,
    details: bool = True,
) -> list[SpikeAnswer] | list[SpikeMark]:
    """The newest spikes, of one watch or of all; without `details` what a chart shows of them, not explained."""
    wanted = WantedSpikes(states=state or (), signal=signal)
    with database.reading() as session:
        last = None if before is None else answers.spike(session, before)
        if before is not None and last is None:
            raise _unknown(before)
        newest = answers.spikes(session, watch=watch, wanted=wanted, before=last, limit=limit)
        found = [spike_answer(spike) for spike in newest]
    return found if details else [SpikeMark(**spike.model_dump() | {"explanation": ""}) for spike in found]


@router.get("/spikes/{spike_id}")
def get_spike(spike_id: Id) -> SpikeWithDeliveries:
    """One spike with why it is one (`details`) and the messages about it."""
    with database.reading() as session:
        spike = answers.spike(session, spike_id)
        if spike is None:
            raise _unknown(spike_id)
        sent = deliveries.newest(session, Asked(spike_id=spike_id), limit=MOST_DELIVERIES)
        return SpikeWithDeliveries(
            **spike_answer(spike).model_dump(), deliveries=[delivery_answer(one) for one in sent]
        )


def _unknown(spike_id: int) -> HTTPException:
    return HTTPException(404, Said("There is no spike {id}. Ask /api/v1/spikes which there are.", id=str(spike_id)))
