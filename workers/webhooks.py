"""What is sent about a spike, how it is signed, and when it is tried again; pure."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from uproar.watch import Watch
from workers.spikes import Event

# Ten attempts over 75 hours: the waits after each failed one, in seconds (Standard Webhooks, "Deliverability").
WAITS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
GONE = 410
NEVER = "0001-01-01T00:00:00Z"  # Alertmanager's way of saying that an alert has not ended

HAPPENED = {"firing": "spike of", "escalated": "stronger spike of", "resolved": "end of the spike of"}
SIGNAL_WORDS = {
    "posts": "posts",
    "negative": "negative posts",
    "cancel": "cancel voices",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: `wait` seconds to the next one, or None if there is none."""

    delivered: bool
    wait: float | None


def message_id(event: Event, *, watch: str, signal: str, endpoint: str) -> str:
    """The id of one message, the same over all its attempts and however often it is composed."""
    parts = (watch, signal, event.kind, str(event.start), endpoint)
    return "msg_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def compose(event: Event, *, watch: Watch, signal: str, started_at: datetime, endpoint: str, dashboard: str) -> str:
    """The body of a message: an Alertmanager webhook of version 4, and beside it what only we know (`uproar`).

    It holds counts and names from the watch file, and no text and no author of any post.
    """
    happened = datetime.fromtimestamp(event.start, UTC)
    link = f"{dashboard}/?watch={watch.name}"
    labels = {"alertname": "UproarSpike", "watch": watch.name, "signal": signal, "severity": _severity(event)}
    what = f"{watch.title}: {HAPPENED[event.kind]} {SIGNAL_WORDS[signal]}"
    note = "SIMULATED. " if watch.simulated else ""
    alert = {
        "status": "resolved" if event.kind == "resolved" else "firing",
        "labels": labels,
        "annotations": {"summary": note + what, "description": note + event.explanation},
        "startsAt": _iso(started_at),
        "endsAt": _iso(happened) if event.kind == "resolved" else NEVER,
        "generatorURL": link,
        "fingerprint": hashlib.sha256(f"{watch.name}\0{signal}".encode()).hexdigest()[:16],
    }
    body: dict[str, Any] = {
        "version": "4",
        "groupKey": f'{{}}:{{watch="{watch.name}", signal="{signal}"}}',
        "truncatedAlerts": 0,
        "status": alert["status"],
        "receiver": endpoint,
        "groupLabels": {"watch": watch.name, "signal": signal},
        "commonLabels": labels,
        "commonAnnotations": alert["annotations"],
        "externalURL": dashboard,
        "alerts": [alert],
        "uproar": {
            "event": event.kind,
            "simulated": watch.simulated,
            "bucket": _iso(happened),
            "count": event.count,
            "expected": event.expected,
            "window_s": event.window_s,
            "score": event.score,
        },
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _severity(event: Event) -> str:
    return "critical" if event.kind == "escalated" else "warning"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


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
