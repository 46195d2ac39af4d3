"""Who is told: silences, acknowledgements, and messages on their way to endpoints."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query

from dashboards import shapes
from dashboards.door import Who, name_of
from dashboards.notification_shapes import AckGiven, DeliveryAnswer, SilenceAnswer, SilenceGiven
from dashboards.own_site import OwnSiteRoute
from dashboards.questions import NO_WATCH, Now, Watches, WatchName, Word
from dashboards.series import spike_answer
from uproar import database, deliveries, silences, undelivered
from uproar.columns import MOST_ID
from uproar.deliveries import Asked, state_of
from uproar.log import get_logger
from uproar.models import Delivery
from uproar.said import Said
from uproar.silences import UnknownSilenceError, UnknownSpikeError

log = get_logger(__name__)
Id = Annotated[int, Path(ge=1, le=MOST_ID)]
REFUSALS: dict[int | str, dict[str, Any]] = {code: {"model": shapes.Problem} for code in (403, 409, 413, 415)}

router = APIRouter(route_class=OwnSiteRoute)


@router.get("/silences")
def get_silences(*, now: Now, everything: Annotated[bool, Query(alias="all")] = False) -> list[SilenceAnswer]:
    """The silences that hold or are to come, the newest first; with `all` those that have ended, too."""
    with database.reading() as session:
        found = silences.listed(session, now=None if everything else now)
        return [SilenceAnswer.model_validate(one.model_dump()) for one in found]


@router.post("/silences", status_code=201, responses=REFUSALS)
def post_silence(body: SilenceGiven, known: Watches, now: Now, who: Who) -> SilenceAnswer:
    """Tell nobody for a while. Spikes are found and shown as ever; what goes on at its end is told then."""
    if body.watch is not None and body.watch not in {watch.name for watch in known}:
        raise HTTPException(404, Said(NO_WATCH, watch=repr(body.watch)))
    starts_at = body.starts_at or now
    ends_at = body.ends_at or starts_at + body.lasts
    if ends_at <= now:
        raise HTTPException(422, Said("ends_at: is past; nobody would be spared anything."))
    with database.writing() as session:
        row = silences.silence(
            session,
            watch=body.watch,
            signal=body.signal,
            starts_at=starts_at,
            ends_at=ends_at,
            comment=body.comment,
            by=name_of(who, body.by),
            now=now,
        )
        answer = SilenceAnswer.model_validate(row.model_dump())
    log.info("silenced", silence=answer.id, watch=answer.watch, signal=answer.signal)
    return answer


@router.delete("/silences/{silence_id}", responses={403: {"model": shapes.Problem}})
def delete_silence(silence_id: Id, now: Now, who: Who) -> SilenceAnswer:
    """End a silence now; it stays on record, and spikes that it held back and that go on are told."""
    with database.writing() as session:
        try:
            answer = SilenceAnswer.model_validate(silences.end(session, silence_id, now=now).model_dump())
        except UnknownSilenceError as error:
            raise HTTPException(404, error.args[0]) from None
    log.info("silence_ended", silence=silence_id, by=name_of(who, None))
    return answer


@router.post("/spikes/{spike_id}/ack", responses=REFUSALS)
def post_ack(spike_id: Id, body: AckGiven, now: Now, who: Who) -> shapes.SpikeAnswer:
    """Say that somebody looks after a spike: nobody is told again until it gets critical, or ends."""
    with database.writing() as session:
        try:
            answer = spike_answer(silences.acknowledge(session, spike_id, by=name_of(who, body.by), now=now))
        except UnknownSpikeError as error:
            raise HTTPException(404, error.args[0]) from None
    log.info("acknowledged", spike=spike_id)
    return answer


@router.delete("/spikes/{spike_id}/ack", responses={403: {"model": shapes.Problem}})
def delete_ack(spike_id: Id) -> shapes.SpikeAnswer:
    """Take an acknowledgement back: from now on its changes are told again."""
    with database.writing() as session:
        try:
            answer = spike_answer(silences.withdraw(session, spike_id))
        except UnknownSpikeError as error:
            raise HTTPException(404, error.args[0]) from None
    log.info("acknowledgement_withdrawn", spike=spike_id)
    return answer


@router.get("/deliveries")
def get_deliveries(
    *,
    watch: WatchName = None,
    endpoint: Word | None = None,
    spike: Annotated[int | None, Query(ge=1, le=MOST_ID, description="id of the spike")] = None,
    state: Literal["pending", "delivered", "failed"] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[DeliveryAnswer]:
    """Messages to endpoints, the newest first."""
    with database.reading() as session:
        return [
            delivery_answer(one)
            for one in deliveries.newest(session, Asked(watch, endpoint, spike, state), limit=limit)
        ]


@router.post("/deliveries/{delivery_id}/retry", responses=REFUSALS)
def post_retry(delivery_id: Id, now: Now, who: Who) -> DeliveryAnswer:
    """Send a message again that has not arrived: now, with the same id."""
    with database.writing() as session:
        row = undelivered.retry(session, delivery_id, now=now)
        if row is None:
            unknown = Said("There is no delivery {id}. Ask /api/v1/deliveries which there are.", id=str(delivery_id))
            raise HTTPException(404, unknown)
        if row.delivered_at is not None:
            raise HTTPException(409, Said("The message {id} was delivered; it is not sent twice.", id=str(delivery_id)))
        answer = delivery_answer(row)
    log.info("delivery_retried", delivery=delivery_id, by=name_of(who, None))
    return answer


def delivery_answer(delivery: Delivery) -> DeliveryAnswer:
    """A delivery as the API shows it."""
    return DeliveryAnswer.model_validate({**delivery.model_dump(), "state": state_of(delivery)})
