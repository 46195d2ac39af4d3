"""The two wires of Jetstream: how a stream is asked for, and what a frame says. Pure."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple, TypeGuard
from urllib.parse import urlencode

from collector.sources.bluesky.records import COLLECTION, moment_of
from uproar.incoming import BadItemError

Wire = Literal["v1", "v2"]

REWIND = 5_000_000  # microseconds; servers of the first wire do not agree on the last few seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUBPROTOCOL = "xrpc.v1.json"
_LATEST = 2**53  # no time in microseconds and no number of an event is larger
_POST = f'"{COLLECTION}"'.encode()
_COMMITS = (b'"kind":"commit"', b'#commit"')


class StreamError(Exception):
    """The server says why it ends the stream."""


class Event(NamedTuple):
    """One event of either wire. `cursor` is where to go on from it, `time` in microseconds since 1970.

    `body` has `operation`, `collection`, `rkey` and `record` of a commit, `active` and `status` of an account.
    """

    kind: str
    did: str
    cursor: int
    time: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a stream was read. `exact`: what lies just before it must not be asked for again."""

    cursor: int
    time: int
    exact: bool = False

    @property
    def at(self) -> datetime:
        """The time of the last event that was read."""
        return moment(self.time)


def moment(microseconds: int) -> datetime:
    """A time of the stream; no float comes in between, which could not tell neighbours apart."""
    return _EPOCH + timedelta(microseconds=microseconds)


def to_microseconds(value: datetime) -> int:
    """The reverse of `moment`."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def place_of(position: dict[str, Any], wire: Wire) -> Place | None:
    """Where a stored position says to go on; None if it says nothing that can be used."""
    time, cursor = position.get("time"), position.get("cursor")
    if not _is_number(time):
        return None
    if position.get("wire") == wire and _is_number(cursor):
        return Place(cursor, time, position.get("exact") is True)
    return Place(time, time) if wire == "v1" else Place(0, time)  # numbers of events are the second wire's own


def address_of(base: str, wire: Wire, cursor: int | None) -> tuple[str, list[str]]:
    """Address and subprotocols of a stream of posts from `cursor` on; None: from now on."""
    query = {"wantedCollections" if wire == "v1" else "collections": COLLECTION}
    if cursor is not None:
        query["cursor"] = str(cursor)
    if wire == "v1":
        return f"{base}/subscribe?{urlencode(query)}", []
    return f"{base}/xrpc/network.bsky.jetstream.subscribeEvents?{urlencode(query)}", [_SUBPROTOCOL]


def cursor_for(place: Place, wire: Wire) -> int:
    """The cursor to ask with, so that nothing is missed after `place`; cursors are inclusive."""
    return place.cursor if wire == "v2" or place.exact else max(1, place.cursor - REWIND)


def is_other(frame: bytes) -> bool:
    """Whether a frame is a commit to something else than posts; the cheapest question first."""
    return _POST not in frame and (_COMMITS[0] in frame or _COMMITS[1] in frame)


def read_frame(frame: bytes, wire: Wire) -> Event:
    """What a frame says.

    Raises:
        BadItemError: it cannot be read.
        StreamError: it is the server's last word.
    """
    try:
        data = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise BadItemError(f"the frame is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise BadItemError(f"the frame is a JSON {type(data).__name__}, not an object")
    if wire == "v1":
        kind = data.get("kind")
        time = cursor = data.get("time_us")
    else:
        data, kind = _payload(data)
        cursor, when = data.get("seq"), moment_of(data.get("time"))
        time = to_microseconds(when) if when else None
    did = data.get("did")
    if (
        not isinstance(did, str)
        or not did
        or not isinstance(kind, str)
        or not _is_number(time)
        or not _is_number(cursor)
    ):
        raise BadItemError("the event lacks its time or number")
    body = data.get(kind, data if wire == "v2" else {})
    return Event(kind, did, cursor, time, body if isinstance(body, dict) else {})


def is_key(value: Any) -> TypeGuard[str]:
    """Whether this can be an account or the key of a record; both end up in addresses."""
    return isinstance(value, str) and value != "" and value.isascii() and value.isprintable() and "/" not in value


def _payload(data: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    kind = data.get("$type")
    if kind == "error":
        named = (data.get("error") or data.get("name"), data.get("message"))
        raise StreamError(": ".join(str(part)[:200] for part in named if part) or "it does not say why")
    payload = data.get("payload")
    if kind != "message" or not isinstance(payload, dict):
        raise BadItemError(f"the frame is a {str(kind)[:100]!r}, not a message with a payload")
    name = payload.get("$type")
    return payload, name.rpartition("#")[2] if isinstance(name, str) else None


def _is_number(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 < value < _LATEST
