"""Bluesky's login and search as far as the collector asks them, over a list of posts in memory."""

import json
from datetime import datetime
from typing import Any

from tests.collector.firehose import DID, uri
from tests.collector.firehose_reader import at
from tests.web_server import Asked, Reply, WebServer

PASSWORD = "made-up-app-password"
SERVER = "/xrpc/com.atproto.server."


def found(number: int, seconds: float, text: str = "Harbour Clinics", **changes: Any) -> dict[str, Any]:
    """A post as the search gives it, written so long after noon."""
    when = at(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": when}
    return {"uri": uri(number), "author": {"did": DID}, "record": record, "indexedAt": when} | changes


class BlueskySearch:
    """Answers searches by text and time, newest first, page by page; `most` is where a list ends without a word."""

    def __init__(self, web: WebServer, views: list[Any]) -> None:
        self.views = views
        self.most = 10_000
        self.lives = 1_000  # requests that an access token lasts
        self.headers: dict[str, str] = {}
        self.logins = self.renewals = 0
        self.searches: list[dict[str, str]] = []
        self._left = 0
        web.says(f"{SERVER}createSession", self._log_in)
        web.says(f"{SERVER}refreshSession", self._renew)
        web.says("/xrpc/app.bsky.feed.searchPosts", self._search)

    def _log_in(self, asked: Asked) -> Reply:
        self.logins += 1
        if json.loads(asked.body) != {"identifier": "us.example", "password": PASSWORD}:
            return _json({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401)
        return self._tokens()

    def _renew(self, asked: Asked) -> Reply:
        self.renewals += 1
        assert asked.headers["authorization"].startswith("Bearer refresh")
        return self._tokens()

    def _tokens(self) -> Reply:
        self._left = self.lives
        number = self.logins + self.renewals
        return _json({"accessJwt": f"access{number}", "refreshJwt": f"refresh{number}", "did": DID})

    def _search(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer access{self.logins + self.renewals}":
            return _json({"error": "AuthMissing", "message": "Authentication Required"}, 401)
        if self._left == 0:
            return _json({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        self._left -= 1
        query = asked.query
        self.searches.append(query)
        assert (query["sort"], query["limit"]) == ("latest", "100")
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        wanted = query["q"].strip('"').lower()
        hits = [view for view in self.views if since <= _time(view) < until and wanted in json.dumps(view).lower()]
        hits.sort(key=_time, reverse=True)
        start = int(query.get("cursor", "0"))
        end = min(start + 100, self.most)
        more = {"cursor": str(end)} if end < min(len(hits), self.most) else {}
        body = {"posts": hits[start:end], "hitsTotal": len(hits), **more}
        return _json(body, headers=self.headers)


def _time(view: Any) -> datetime:
    return datetime.fromisoformat(view["indexedAt"])


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json", **(headers or {})})
