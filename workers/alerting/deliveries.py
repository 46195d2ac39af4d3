"""Sends the deliveries that are due, outside any transaction, and records how each attempt ended."""

import random
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from uproar import database, deliveries, endpoints
from uproar.log import get_logger
from uproar.models import Delivery
from uproar.settings import Settings
from uproar.tracing import span
from uproar.watch import Watch
from uproar.watch_endpoints import Endpoint
from workers.alerting.channels import Reply, UnusableEndpointError, bring
from workers.alerting.notifying import tell_fallbacks
from workers.alerting.webhooks import GONE, next_wait

CLAIM_SECONDS = 60.0
AT_ONCE = 8
NO_ANSWER_REST = timedelta(seconds=5)  # else those that hang, and have much waiting, would never let others in
MOST_REST = timedelta(minutes=5)  # so long a Retry-After holds for the other messages to its endpoint, too

log = get_logger(__name__)


class Sender:
    """Sends to several endpoints at a time, and to each one message at a time: one that hangs holds up nobody else."""

    def __init__(self, watches: Mapping[str, Watch], settings: Settings) -> None:
        self._watches = watches
        self._settings = settings
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="endpoint")
        self._running: set[Future[None]] = set()

    def send_due(self) -> int:
        """Begin to send what is due, as far as hands are free; how many attempts that are."""
        begun = 0
        while len(self._running) < AT_ONCE and (delivery := _claim()) is not None:
            self._running.add(self._pool.submit(_deliver, delivery, self._watches, self._settings))
            begun += 1
        return begun

    def wait(self, seconds: float) -> None:
        """Wait until an attempt has ended, so long at most.

        Raises:
            SQLAlchemyError: how it ended could not be recorded; once its claim is over it is made again.
        """
        done, self._running = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        for one in done:
            one.result()  # all but a database that is away is a reply already

    def stop(self, seconds: float) -> int:
        """Let go of the threads; how many hang on after so many seconds, the messages of which are sent again."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        return len(wait(self._running, timeout=seconds).not_done)


def _claim() -> Delivery | None:
    now = datetime.now(UTC)
    with database.reading() as session:
        if deliveries.due_since(session, now=now) is None:
            return None  # most often so, and nobody who writes has to wait for this question
    with database.writing() as session:
        return deliveries.claim(session, now=now, until=now + timedelta(seconds=CLAIM_SECONDS))


def _deliver(delivery: Delivery, watches: Mapping[str, Watch], settings: Settings) -> None:
    watch = watches.get(delivery.watch)
    found = [one for one in watch.alerts.endpoints if one.name == delivery.endpoint] if watch else []
    endpoint = found[0] if found else None
    with span("deliver", watch=delivery.watch, endpoint=delivery.endpoint, attempt=delivery.attempts) as work:
        reply = _try(delivery, endpoint, settings)
        work.set(status=reply.status)
        if not reply.delivered:
            work.fail(str(reply.status or "no answer"))
    again = None
    if not reply.delivered:
        chance = random.random()  # noqa: S311 - jitter
        again = next_wait(reply.status, attempt=delivery.attempts, chance=chance, retry_after=reply.retry_after)
    after = datetime.now(UTC)
    with database.writing() as session:
        if reply.status == GONE:
            deliveries.hold(session, watch=delivery.watch, endpoint=delivery.endpoint)
        recorded = deliveries.record(
            session,
            delivery,
            status=reply.status,
            error=reply.error,
            delivered_at=after if reply.delivered else None,
            next_attempt_at=None if again is None else after + timedelta(seconds=again),
            rest_until=_rest(reply, after),
        )
        if recorded and not reply.delivered and again is None:
            _give_up(session, delivery, reply, watch=watch, endpoint=endpoint, settings=settings, now=after)
    log.log(
        20 if reply.delivered else 30,
        "delivered" if reply.delivered else "delivery_failed",
        watch=delivery.watch,
        endpoint=delivery.endpoint,
        message_id=delivery.message_id,
        attempt=delivery.attempts,
        status=reply.status,
        error=reply.error,
        again_in_s=None if again is None else round(again),
    )


def _rest(reply: Reply, after: datetime) -> datetime:
    if reply.delivered:
        return after
    if reply.status is None:
        return after + NO_ANSWER_REST
    return after + min(timedelta(seconds=min(reply.retry_after or 0.0, 86_400)), MOST_REST)


def _try(delivery: Delivery, endpoint: Endpoint | None, settings: Settings) -> Reply:
    if endpoint is None:
        return Reply(delivered=False, error="the endpoint is no longer in the watch file")
    try:
        return bring(
            delivery.body,
            message=delivery.message_id,
            endpoint=endpoint,
            watch=delivery.watch,
            settings=settings,
            now=datetime.now(UTC),
        )
    except UnusableEndpointError as error:  # tried again: once the set-up is mended, the message still arrives
        return Reply(delivered=False, error=str(error))
    except Exception as error:  # a bug in sending costs an attempt: without a record it would be sent for ever
        log.exception("sending_broken", message_id=delivery.message_id)
        return Reply(delivered=False, error=f"{type(error).__name__}: {error}"[:1_000])


def _give_up(
    session: Session,
    delivery: Delivery,
    reply: Reply,
    *,
    watch: Watch | None,
    endpoint: Endpoint | None,
    settings: Settings,
    now: datetime,
) -> None:
    """After the last attempt: what follows for the other messages of the endpoint, and who is told instead."""
    error = reply.error or "it could not be delivered"
    failed = [delivery]
    if reply.status == GONE and endpoint is not None:
        error = "HTTP 410: the endpoint says that it is gone, and is disabled"
        endpoints.disable(session, endpoint, watch=delivery.watch, reason=error, now=now)
        failed += deliveries.abandon(session, watch=delivery.watch, endpoint=delivery.endpoint, error=error)
        log.error("endpoint_disabled", watch=delivery.watch, endpoint=delivery.endpoint)
    else:
        deliveries.drop_end(session, delivery)
    if watch is not None:
        for one in failed:
            tell_fallbacks(session, one, error, watch=watch, settings=settings, now=now)
