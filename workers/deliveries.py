"""Sends the deliveries that are due, outside any transaction, and records how each attempt ended."""

import binascii
import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from uproar import database, deliveries
from uproar.backoff import retry_after
from uproar.log import get_logger
from uproar.models import Delivery
from uproar.outgoing import Limits, OutgoingError, request
from uproar.settings import Settings
from uproar.watch import Watch
from uproar.watch_endpoints import Endpoint
from workers.webhooks import judge, sign

CLAIM_SECONDS = 60.0
AT_ONCE = 8
ANSWER_BYTES = 100_000

log = get_logger(__name__)


class EndpointGoneError(Exception):
    """The endpoint of a delivery cannot be used as it is set up; only a person can mend that."""


def deliver_due(watches: dict[str, Watch], settings: Settings) -> int:
    """Send what is due, several at a time, so that one endpoint that hangs does not hold up the others."""
    claimed: list[Delivery] = []
    while len(claimed) < AT_ONCE:
        now = datetime.now(UTC)
        with database.writing() as session:
            delivery = deliveries.claim(session, now=now, until=now + timedelta(seconds=CLAIM_SECONDS))
        if delivery is None:
            break
        claimed.append(delivery)
    if claimed:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda delivery: _deliver(delivery, watches, settings), claimed))
    return len(claimed)


def _deliver(delivery: Delivery, watches: dict[str, Watch], settings: Settings) -> None:
    now = datetime.now(UTC)
    status, error = None, None
    try:
        status, wait = _send(delivery, watches, settings, now=now)
        outcome = judge(status, attempt=delivery.attempts, chance=random.random(), retry_after=wait)  # noqa: S311 - jitter
        error = None if outcome.delivered else f"HTTP {status}"
    except Exception as failed:  # a bug in sending costs an attempt: without a record it would be sent for ever
        # a set-up that is wrong is tried again too: once it is mended, the message still arrives
        if not isinstance(failed, EndpointGoneError | OutgoingError | OSError):
            log.exception("sending_broken", message_id=delivery.message_id)
        outcome = judge(None, attempt=delivery.attempts, chance=random.random(), retry_after=None)  # noqa: S311 - jitter
        known = isinstance(failed, EndpointGoneError | OutgoingError)
        error = str(failed) if known else f"{type(failed).__name__}: {failed}"
    after = datetime.now(UTC)
    with database.writing() as session:
        deliveries.record(
            session,
            delivery,
            status=status,
            error=error[:1_000] if error else None,
            delivered_at=after if outcome.delivered else None,
            next_attempt_at=None if outcome.wait is None else after + timedelta(seconds=outcome.wait),
        )
    log.log(
        20 if outcome.delivered else 30,
        "delivered" if outcome.delivered else "delivery_failed",
        watch=delivery.watch,
        endpoint=delivery.endpoint,
        message_id=delivery.message_id,
        attempt=delivery.attempts,
        status=status,
        error=error,
        again_in_s=None if outcome.wait is None else round(outcome.wait),
    )


def _send(
    delivery: Delivery, watches: dict[str, Watch], settings: Settings, *, now: datetime
) -> tuple[int, float | None]:
    watch = watches.get(delivery.watch)
    found = [one for one in watch.alerts.endpoints if one.name == delivery.endpoint] if watch else []
    if not found:
        raise EndpointGoneError("the endpoint is no longer in the watch file")
    endpoint = found[0]
    headers = sign(
        delivery.body, secret=secret_of(endpoint, delivery.watch, settings), message=delivery.message_id, now=now
    )
    limits = Limits(size=ANSWER_BYTES, redirects=0, allow_private=endpoint.allow_private)
    answer = request("POST", endpoint.url or "", limits=limits, headers=headers, body=delivery.body.encode())
    return answer.status, retry_after(answer.headers.get("retry-after"), now=datetime.now(UTC))


def secret_of(endpoint: Endpoint, watch: str, settings: Settings) -> str:
    """The secret that signs messages to an endpoint: the one in its variable, else one derived from our key.

    Raises:
        EndpointGoneError: the variable is not set or holds no secret.
    """
    if not endpoint.secret_env:
        return settings.endpoint_secret(watch, endpoint.name)
    secret = os.environ.get(endpoint.secret_env, "")
    try:
        decoded = binascii.a2b_base64(secret.removeprefix("whsec_"))
    except ValueError:  # no base64, or no ASCII at all
        decoded = b""
    if not decoded:
        raise EndpointGoneError(f"the variable {endpoint.secret_env} holds no secret (whsec_ and base64)")
    return secret
