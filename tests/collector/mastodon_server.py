"""A Mastodon instance as far as the collector asks it: timelines of hashtags and search over a list in memory."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.web_server import Asked, Reply, WebServer

START = datetime(2026, 3, 1, tzinfo=UTC)
TIMELINE = "/api/v1/timelines/tag/"
SEARCH = "/api/v2/search"


def status(number: int, text: str = "I left #harbour", *, host: str = "quay.example", **changes: Any) -> dict[str, Any]:
    """One status, as Mastodon gives it: the number decides id, minute and uri."""
    written = START + timedelta(minutes=number)
    return {
        "id": str(110_000_000_000_000_000 + number),
        "created_at": written.isoformat().replace("+00:00", ".000Z"),
        "in_reply_to_id": None,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://{host}/users/ann/statuses/{number}",
        "url": f"https://{host}/@ann/{number}",
        "edited_at": None,
        "content": f"<p>{text}</p>",
        "reblog": None,
        "account": {"acct": "ann", "url": f"https://{host}/@ann", "uri": f"https://{host}/users/ann", "noindex": False},
        "media_attachments": [],
        "tags": [{"name": "harbour", "url": f"https://{host}/tags/harbour"}],
        "card": None,
        "poll": None,
        "quote": None,
    } | changes


class Instance:
    """Answers like Mastodon: `min_id` gives what comes right after it, the newest of a page come first.

    `most` caps a page; `hidden` ids are left out of pages after they were counted, as a server's filters do.
    """

    def __init__(self, web: WebServer, statuses: list[Any], *, tag: str = "harbour", most: int = 40) -> None:
        self.statuses = statuses
        self.most = most
        self.hidden: set[str] = set()
        self.headers: dict[str, str] = {}
        self.instead: list[Reply | None] = []  # taken one by one in the place of answers
        self.asked: list[dict[str, str]] = []
        self.url = web.url
        web.says(TIMELINE + tag, self._timeline)
        web.says(SEARCH, self._search)

    def _next_fault(self, asked: Asked) -> Reply | None:
        self.asked.append(asked.query)
        return self.instead.pop(0) if self.instead else None

    def _timeline(self, asked: Asked) -> Reply:
        if fault := self._next_fault(asked):
            return fault
        query = asked.query
        assert set(query) <= {"limit", "min_id", "max_id"}, query
        size = min(int(query["limit"]), self.most)
        found = sorted(self.statuses, key=_id)
        if "min_id" in query:
            found = [one for one in found if _id(one) > int(query["min_id"])][:size]
        else:
            found = [one for one in found if _id(one) < int(query.get("max_id", 2**63))][-size:]
        return self._page(found[::-1], [one for one in found[::-1] if one.get("id") not in self.hidden])

    def _search(self, asked: Asked) -> Reply:
        if fault := self._next_fault(asked):
            return fault
        query = asked.query
        assert query["type"] == "statuses"
        start, size = int(query.get("offset", 0)), min(int(query["limit"]), self.most)
        least = int(query.get("min_id", 0))
        found = [one for one in self.statuses if query["q"] in one["content"] and _id(one) > least]
        page = sorted(found, key=_id, reverse=True)[start : start + size]
        return self._send({"accounts": [], "statuses": page, "hashtags": []})

    def _page(self, found: list[Any], shown: list[Any]) -> Reply:
        if not found:
            return self._send(shown)
        links = f'<{self.url}/x?max_id={_id(found[-1])}>; rel="next", <{self.url}/x?min_id={_id(found[0])}>; rel="prev"'
        return self._send(shown, link=links)

    def _send(self, data: Any, **headers: str) -> Reply:
        kind = {"content-type": "application/json; charset=utf-8"}
        return in_their_time(Reply(body=json.dumps(data).encode(), headers={**kind, **self.headers, **headers}))


def in_their_time(reply: Reply) -> Reply:
    """The reply, byte by byte if it has a Date of its own, which the server would put beside its own."""
    if "date" not in reply.headers:
        return reply
    lines = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
    head = f"HTTP/1.1 {reply.status} As It Is\r\n{lines}connection: close\r\n\r\n".encode()
    body = reply.body if isinstance(reply.body, bytes) else b""
    return Reply(raw=lambda: [head, body])


def _id(one: Any) -> int:
    """The id; what has none stands at its number in `place`."""
    return int(one.get("id") or one["place"])
