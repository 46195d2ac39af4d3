"""What is said about a spike: an Alertmanager webhook of version 4, and beside it what only we know; pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from uproar.alerts import in_words
from uproar.models import Spike
from uproar.signals import alertname
from uproar.watch import Watch

NEVER = "0001-01-01T00:00:00Z"  # Alertmanager's way of saying that an alert has not ended
MOST_BYTES = 60_000
SEVERITIES = ("warning", "critical")  # the least first

# By what kind of signal: one that is counted, one that has a limit of its own, one that is missed.
HAPPENED = {
    "count": {"firing": "spike of {}", "escalated": "stronger spike of {}", "resolved": "end of the spike of {}"},
    "threshold": {"firing": "above {}", "escalated": "still further above {}", "resolved": "no longer above {}"},
    "no-data": {"firing": "no data from {}", "escalated": "still no data from {}", "resolved": "data from {} again"},
}
COUNTED = {
    "posts": "posts",
    "negative": "negative posts",
    "cancel": "cancel voices",
    "cancel-share": "the share of cancel voices",
}


def severity_of(kind: str, spike: Spike) -> str:
    """How urgent a message is: critical once a spike has escalated; its end is as urgent as its beginning."""
    return "critical" if kind == "escalated" or (kind == "given_up" and spike.state == "escalated") else "warning"


def message_id(kind: str, spike: Spike, endpoint: str) -> str:
    """The id of one message, the same over all its attempts and however often it is composed.

    It is made of what a spike is, not of its number in the table, which another transaction may be given.
    """
    at = "" if kind == "given_up" else spike.changed_at.isoformat()  # one notice is enough, whatever it has become
    parts = (spike.watch, spike.signal, spike.started_at.isoformat(), kind, at, endpoint)
    return "msg_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def compose(
    kind: str, spike: Spike, *, watch: Watch, endpoint: str, dashboard: str, more: Mapping[str, Any] | None = None
) -> str:
    """The body of a message of that kind; `more` is added to what only we know (held_by, given_up, error).

    Summary and description hold counts and names from the watch file and no text of any post: what posts say stands
    in `uproar.posts` alone, where an erasure finds it.
    """
    more = more or {}
    link = str((spike.details or {}).get("dashboard") or f"{dashboard}/?watch={watch.name}")
    alert = _alert(kind, spike, watch, more, link)
    group = {name: alert["labels"][name] for name in ("watch", "signal")}
    body = {
        "version": "4",
        "groupKey": f'{{}}:{{watch="{group["watch"]}", signal="{group["signal"]}"}}',
        "truncatedAlerts": 0,
        "status": alert["status"],
        "receiver": endpoint,
        "groupLabels": group,
        "commonLabels": alert["labels"],
        "commonAnnotations": alert["annotations"],
        "externalURL": dashboard,
        "alerts": [alert],
        "uproar": _ours(kind, spike, watch, more, link),
    }
    return _bounded(body)


def _alert(kind: str, spike: Spike, watch: Watch, more: Mapping[str, Any], link: str) -> dict[str, Any]:
    test = kind == "test"
    signal = "test" if test else spike.signal  # a test is no part of a spike that goes on
    note = "SIMULATED. " if watch.simulated else ""
    return {
        "status": "resolved" if spike.resolved_at else "firing",
        "labels": {
            "alertname": "UproarTest" if test else alertname(signal),
            "watch": watch.name,
            "signal": signal,
            "severity": severity_of(kind, spike),
        },
        "annotations": {
            "summary": note + _summary(kind, spike, watch, more),
            "description": note + _description(kind, spike, more),
            "dashboard": link,
        },
        "startsAt": iso(spike.started_at),
        "endsAt": iso(spike.resolved_at) if spike.resolved_at else NEVER,
        "generatorURL": link,
        "fingerprint": hashlib.sha256(f"{watch.name}\0{signal}".encode()).hexdigest()[:16],
    }


def _ours(kind: str, spike: Spike, watch: Watch, more: Mapping[str, Any], link: str) -> dict[str, Any]:
    details = spike.details or {}
    return {
        **details,
        "event": kind,
        "spike": spike.id,
        "simulated": watch.simulated,
        "bucket": iso(spike.changed_at),
        "count": spike.count,
        "told_count": spike.count if spike.told_count is None else spike.told_count,
        "peak": spike.count if spike.peak is None else spike.peak,
        "expected": spike.expected,
        "window_s": spike.window_s,
        "score": spike.score,
        "baseline_days": details.get("baseline_days"),
        "dashboard": link,
        **more,
    }


def _summary(kind: str, spike: Spike, watch: Watch, more: Mapping[str, Any]) -> str:
    if kind == "test":
        return f"{watch.title}: a test of the endpoint"
    if kind == "given_up":
        what = _happened(_present(spike), spike.signal, watch)
        return f"{watch.title}: endpoint {more.get('given_up')} could not be told: {what}"
    return f"{watch.title}: {_happened(kind, spike.signal, watch)}"


def _present(spike: Spike) -> str:
    return "resolved" if spike.resolved_at else "escalated" if spike.state == "escalated" else "firing"


def _happened(kind: str, signal: str, watch: Watch) -> str:
    family, _, name = signal.partition(":")
    if family == "concern":
        labels = {one.name: one.label for one in watch.concerns}.get(name, {})
        label = labels.get("en") or next(iter(labels.values()), name)
        return HAPPENED["count"][kind].format(f"posts about {label}")
    if family == "threshold":
        return HAPPENED["threshold"][kind].format(f"the threshold {name}")
    if family == "no-data":
        return HAPPENED["no-data"][kind].format(name or "its sources")
    return HAPPENED["count"][kind].format(COUNTED.get(signal, signal))


def _description(kind: str, spike: Spike, more: Mapping[str, Any]) -> str:
    text = in_words(spike).removeprefix("At its height: ")
    if spike.resolved_at and kind != "given_up":
        lasted = int((spike.resolved_at - spike.started_at).total_seconds()) // 60
        text = f"Over after {lasted // 60} h {lasted % 60:02} min. At its height: {text}"
    if "held_by" in more:
        text = f"Held back until now ({more['held_by']}). {text}"
    if kind == "given_up":
        text = f"{more.get('error')}. {text}"
    return text


def _bounded(body: dict[str, Any]) -> str:
    """The body as JSON of at most `MOST_BYTES`: what is longest in our own part goes first, and `truncated` says so."""
    ours: dict[str, Any] = body["uproar"]
    text = _json(body)
    while len(text.encode()) > MOST_BYTES:
        ours["truncated"] = True
        longest = max(
            (key for key in ours if isinstance(ours[key], list | dict | str)), key=lambda key: len(_json(ours[key]))
        )
        value = ours[longest]
        if isinstance(value, list) and len(value) > 1:
            ours[longest] = value[: len(value) // 2]
        else:
            del ours[longest]
        text = _json(body)
    return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def iso(moment: datetime) -> str:
    """A moment as Alertmanager writes it: RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
