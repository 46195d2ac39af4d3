"""Reddit as far as the collector asks it: a login, lists of things in memory that are paged by fullname, and RSS."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from tests.web_server import Asked, Reply, WebServer

START = datetime(2026, 3, 1, tzinfo=UTC)
LOGIN = "/api/v1/access_token"
SEARCH = "/search"
COMMENTS = "/r/harbour+pier/comments"
RSS = "/search.rss"
CLIENT = {"reddit_client_id": "made-up-id", "reddit_client_secret": "made-up-secret"}


def submission(number: int, title: str = "Harbour Clinics is sold", **changes: Any) -> dict[str, Any]:
    """One submission, as Reddit gives it: the number decides name and minute."""
    data = {
        "name": f"t3_{number:x}",
        "title": title,
        "selftext": "",
        "is_self": True,
        "author": "ann",
        "created_utc": START.timestamp() + 60 * number,
        "edited": False,
        "subreddit": "harbour",
        "permalink": f"/r/harbour/comments/{number:x}/sold/",
        "url": f"https://www.reddit.com/r/harbour/comments/{number:x}/sold/",
    }
    return {"kind": "t3", "data": data | changes}


def comment(number: int, body: str | None = "I left Harbour Clinics", **changes: Any) -> dict[str, Any]:
    """One comment, as Reddit gives it."""
    data = {
        "name": f"t1_{number:x}",
        "body": body,
        "author": "bo",
        "created_utc": START.timestamp() + 60 * number,
        "edited": False,
        "subreddit": "pier",
        "link_title": "A thread",
        "permalink": f"/r/pier/comments/1/a_thread/{number:x}/",
    }
    return {"kind": "t1", "data": data | changes}


class Reddit:
    """Answers with the newest things first; a list ends after `longest`."""

    def __init__(self, web: WebServer, submissions: list[Any], comments: list[Any] | None = None) -> None:
        self.submissions, self.comments = submissions, comments or []
        self.longest = 1_000
        self.headers: dict[str, str] = {}
        self.instead: list[Reply | None] = []  # taken one by one in the place of pages
        self.asked: list[dict[str, str]] = []
        self.logins = 0
        self.lasts: Any = 86_400
        web.says(LOGIN, self._log_in)
        web.says(SEARCH, lambda asked: self._page(asked, self.submissions))
        web.says(COMMENTS, lambda asked: self._page(asked, self.comments))
        web.says(RSS, self._feed)
        web.says("/api/info", self._info)

    def _log_in(self, asked: Asked) -> Reply:
        self.logins += 1
        right = b64encode(b"made-up-id:made-up-secret").decode()
        assert asked.method == "POST"
        assert asked.body == b"grant_type=client_credentials"
        if asked.headers["authorization"] != f"Basic {right}":
            return Reply(401)
        token = {"access_token": f"token-{self.logins}", "token_type": "bearer", "expires_in": self.lasts}
        return Reply(body=json.dumps(token).encode())

    def _page(self, asked: Asked, things: list[Any]) -> Reply:
        assert asked.headers["user-agent"].startswith("server:uproar:v")
        self.asked.append(asked.query)
        if asked.headers["authorization"] != f"Bearer token-{self.logins}":
            return Reply(401)
        if self.instead and (fault := self.instead.pop(0)):
            return fault
        assert asked.query["raw_json"] == "1"
        page, after = self._cut(asked, things)
        body = {"kind": "Listing", "data": {"after": after, "dist": len(page), "children": page, "before": None}}
        return Reply(body=json.dumps(body).encode(), headers=self.headers)

    def _info(self, asked: Asked) -> Reply:
        self.asked.append(asked.query)
        names = asked.query["id"].split(",")
        found = [thing for thing in (*self.submissions, *self.comments) if thing["data"]["name"] in names]
        body = {"kind": "Listing", "data": {"after": None, "children": found}}
        return Reply(body=json.dumps(body).encode(), headers=self.headers)

    def _cut(self, asked: Asked, things: list[Any]) -> tuple[list[Any], str | None]:
        newest = sorted(things, key=lambda thing: -float(thing["data"].get("created_utc") or 0))[: self.longest]
        names = [thing["data"].get("name") for thing in newest]
        start = names.index(asked.query["after"]) + 1 if "after" in asked.query else 0
        page = newest[start : start + int(asked.query["limit"])]
        return page, names[start + len(page) - 1] if start + len(page) < len(newest) else None

    def _feed(self, asked: Asked) -> Reply:
        self.asked.append(asked.query)
        if self.instead and (fault := self.instead.pop(0)):
            return fault
        page, _ = self._cut(asked, self.submissions)
        entries = "".join(
            f"<entry><author><name>/u/{data['author']}</name></author><id>{data['name']}</id>"
            f'<link href="https://www.reddit.com{data["permalink"]}"/><title>{data["title"]}</title>'
            f"<published>{datetime.fromtimestamp(data['created_utc'], UTC).isoformat()}</published>"
            f'<content type="html">&lt;p&gt;{data["selftext"]}&lt;/p&gt; &amp;#32; submitted by &amp;#32; '
            f"&lt;a href=&quot;x&quot;&gt; /u/{data['author']} &lt;/a&gt; &amp;#32; to &amp;#32; r/harbour &lt;br/&gt; "
            "&lt;span&gt;[link]&lt;/span&gt; &amp;#32; &lt;span&gt;[comments]&lt;/span&gt;</content></entry>"
            for data in (thing["data"] for thing in page)
        )
        return Reply(body=f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'.encode())
