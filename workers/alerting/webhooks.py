"""How a webhook is signed, and when it is tried again; pure."""

from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

# Ten attempts over 75 hours: the waits after each failed one, in seconds (Standard Webhooks, "Deliverability").
WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
GONE = 410


def sign(body: str, *, secrets: Sequence[str], message: str, now: datetime) -> dict[str, str]:
    """The headers of a message after Standard Webhooks 1.0: id, time of this attempt, HMAC-SHA-256 signatures.

    There is one signature for each secret, the newest first: a receiver takes a message if any of them is good.

    Raises:
        ValueError: a secret is not base64, with or without `whsec_` before it.
    """
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message, now, body) for secret in secrets),
    }


def is_success(status: int) -> bool:
    """Whether an answer says that the message was received: only a 2xx does."""
    return 200 <= status < 300  # noqa: PLR2004 - HTTP


def next_wait(status: int | None, *, attempt: int, chance: float, retry_after: float | None) -> float | None:
    """Seconds to the next attempt after number `attempt` failed with that status (None: there was no answer).

    None if there is none. `chance` in [0, 1) is jitter; 410 ends the delivery; the other side's Retry-After wins if it
    is later, up to a day.
    """
    if status == GONE or attempt > len(WAITS):
        return None
    wait = WAITS[attempt - 1] * (0.9 + 0.2 * chance)
    return max(wait, min(retry_after or 0.0, 86_400.0))
