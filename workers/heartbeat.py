"""The dead man's switch: somebody elsewhere is told every minute that all goes well, and misses it when it stops."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import SecretStr

from uproar import database
from uproar.log import get_logger
from uproar.outgoing import Limits, OutgoingError, request
from uproar.readiness import reasons
from uproar.watch import Watch

LIMITS = Limits(wait=5.0, total=10.0, size=0, allow_private=True)  # the address is the operator's own setting

log = get_logger(__name__)


def beat_once(address: SecretStr, watches: Sequence[Watch], *, now: datetime) -> bool:
    """Ask for the address once if the service does its work; whether that was taken (2xx).

    It runs as a task, so it also tells that timetable, broker, worker and database work together. Silence is the
    alarm: where something is wrong, nothing is sent, and the log says what.
    """
    with database.reading() as session:
        found = reasons(session, watches=list(watches), versions=database.versions(), now=now)
    if found:
        log.warning("heartbeat_withheld", reasons=found)
        return False
    try:
        status = request("GET", address.get_secret_value(), limits=LIMITS).status
    except OutgoingError as error:
        log.warning("heartbeat_lost", error=str(error), remedy="it is sent again in a minute")
        return False
    if not 200 <= status < 300:  # noqa: PLR2004 - success
        log.warning("heartbeat_refused", status=status, remedy="look at UPROAR_HEARTBEAT_URL")
        return False
    return True
