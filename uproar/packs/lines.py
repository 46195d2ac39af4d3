"""What of posts, corrections, alerts and the watch goes into a pack, and in what shape."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from uproar.corrections import CORRECTABLE, corrected
from uproar.deliveries import state_of
from uproar.export_lines import said_in
from uproar.models import Correction, Delivery, Gap, Post, Reaction, Spike
from uproar.source_states import SourceState
from uproar.watch import Watch

# They want a text to go when its author deletes it, or let nobody hand on more than ids; a pack is out of our reach.
IDS_ONLY = frozenset({"x", "twitter", "reddit", "bluesky", "mastodon"})
_USER = re.compile(r"(://)[^/@\s]*@")


def moment(value: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def post_line(post: Post, reaction: Reaction, correction: Correction | None) -> dict[str, Any]:
    """A post with what counts of it, what the machine said, and the evidence; who wrote it is left out."""
    counts = corrected(reaction, correction)
    keep = post.platform not in IDS_ONLY
    return {
        "post_id": reaction.post_id,
        "platform": post.platform,
        "id": post.native_id,
        "url": post.url,
        "watch": reaction.watch,
        "created_at": moment(reaction.created_at),
        "source": reaction.source,
        "lang": reaction.lang,
        "text": said_in(post) if keep else None,
        "let_go_at": moment(post.let_go_at),
        **{name: getattr(counts, name) for name in CORRECTABLE},
        "cancel": counts.cancel and counts.voice,
        "corrected": correction is not None and not correction.withdrawn,
        "machine": {name: getattr(reaction, name) for name in CORRECTABLE}
        | {name: getattr(reaction, name) for name in ("compound", "score", "speaker", "echo_of", "model_version")}
        | {"reacted_at": moment(reaction.reacted_at)},
        "evidence": [{name: one[name] for name in one if keep or name != "text"} for one in reaction.evidence],
    }


def correction_line(correction: Correction) -> dict[str, Any]:
    """A correction in force; null is what it leaves as it is. Who gave it is left out."""
    said = {name: getattr(correction, name) for name in (*CORRECTABLE, "sampled")}
    return {"post_id": correction.post_id, **said, "note": correction.note, "at": moment(correction.corrected_at)}


def gap_line(gap: Gap) -> dict[str, Any]:
    """A stretch that could not be read."""
    start, end = moment(gap.started_at), moment(gap.ended_at)
    return {"source": gap.source, "started_at": start, "ended_at": end, "reason": gap.reason}


def source_line(state: SourceState) -> dict[str, Any]:
    """How far a source was read, and what it has brought, ever."""
    named = ("source", "type", "state", "caught_up", "posts", "unrelated", "gaps_open", "dead_letters")
    return {name: getattr(state, name) for name in named} | {"covered_until": moment(state.covered_until)}


def alert_line(spike: Spike, sent: Sequence[Delivery], *, ids_only: Collection[int]) -> dict[str, Any]:
    """A spike with why, and what became of each message about it; of posts in `ids_only` no text."""
    named = ("id", "signal", "state", "count", "expected", "window_s", "score", "explanation", "notified", "held")
    times = ("started_at", "changed_at", "resolved_at", "acknowledged_at")
    return (
        {name: getattr(spike, name) for name in named}
        | {name: moment(getattr(spike, name)) for name in times}
        | {"details": _details(spike.details, ids_only), "deliveries": [_delivery(one) for one in sent]}
    )


def quoted(details: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The posts that the details of a spike show."""
    found = (details or {}).get("posts")
    return [one for one in found if isinstance(one, dict) and "id" in one] if isinstance(found, list) else []


def _details(details: dict[str, Any] | None, ids_only: Collection[int]) -> dict[str, Any] | None:
    if details is None:
        return None
    shown = [
        {name: value for name, value in one.items() if name != "text" or one.get("id") not in ids_only}
        for one in quoted(details)
    ]
    return {**details, "posts": shown}


def _delivery(delivery: Delivery) -> dict[str, Any]:
    named = ("message_id", "endpoint", "event", "attempts", "last_status", "last_error")
    times = ("created_at", "delivered_at")
    return (
        {name: getattr(delivery, name) for name in named}
        | {name: moment(getattr(delivery, name)) for name in times}
        | {"state": state_of(delivery)}
    )


def watch_table(watch: Watch) -> dict[str, Any]:
    """The watch file as it was understood; of endpoints only the host, and no user or password in any address."""
    table = watch.model_dump(mode="json")
    for endpoint in table["alerts"]["endpoints"]:
        endpoint["host"] = urlsplit(endpoint.pop("url") or "").hostname
    return _without_users(table)  # type: ignore[no-any-return] # a table stays a table


def _without_users(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_users(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_users(inner) for inner in value]
    return _USER.sub(r"\1", value) if isinstance(value, str) else value
