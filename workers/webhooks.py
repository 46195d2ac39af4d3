"""How a webhook is signed, and when it is tried again; pure."""

from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook

# Ten attempts over 75 hours: the waits after each failed one, in seconds (Standard Webhooks, "Deliverability").
WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: `wait` seconds to the next one, or None if there is none."""

    delivered: bool
    wait: float | None


def sign(body: str, *, secret: str, message: str, now: datetime) -> dict[str, str]:
    """The headers of a message after Standard Webhooks 1.0: id, time of this attempt, HMAC-SHA-256 signature.

    Raises:
        ValueError: the secret is not base64, with or without `whsec_` before it.
    """
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, now, body),
    }


def judge(status: int | None, *, attempt: int, chance: float, retry_after: float | None) -> Outcome:
    """What follows from an answer (None: there was none) to attempt number `attempt`; `chance` in [0, 1) is jitter.

    Only a 2xx is a success; 410 ends the delivery; the other side's Retry-After wins if it is later.
    """
    if status is not None and 200 <= status < 300:  # noqa: PLR2004 - HTTP
        return Outcome(delivered=True, wait=None)
    if status == GONE or attempt > len(WAITS):
        return Outcome(delivered=False, wait=None)
    wait = WAITS[attempt - 1] * (0.9 + 0.2 * chance)
    return Outcome(delivered=False, wait=max(wait, min(retry_after or 0.0, 86_400.0)))
