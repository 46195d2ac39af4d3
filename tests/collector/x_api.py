"""The API of X as far as the collector asks it: search and counts over a list in memory, and what they cost."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from collector.sources.x.parse import EPOCH
from tests.web_server import Asked, Reply

SEARCH = "/2/tweets/search/recent"
COUNTS = "/2/tweets/counts/recent"


def id_at(moment: datetime, number: int = 0) -> str:
    """An id that holds its time; `number` tells posts of one millisecond apart."""
    return str((round(moment.timestamp() * 1_000) - EPOCH) << 22 | number)


def post(native_id: str, text: str = "I left Harbour Clinics", **changes: Any) -> dict[str, Any]:
    """One post, as X gives it."""
    milliseconds = (int(native_id) >> 22) + EPOCH
    created = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
    plain = {
        "id": native_id,
        "text": text,
        "author_id": str(int(native_id) % 1_000),
        "created_at": created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "lang": "en",
        "edit_history_tweet_ids": [native_id],
    }
    return {name: value for name, value in (plain | changes).items() if value is not None}


def refusal(status: int, detail: str) -> Reply:
    """An error as X words it."""
    body = {"errors": [{"message": detail}], "title": "Invalid Request", "detail": detail, "type": "about:blank"}
    return Reply(status, json.dumps(body).encode())


class Search:
    """Answers searches: the newest posts come first, `max_results` a page, and each that is handed out is counted."""

    def __init__(self, posts: list[dict[str, Any]], *, clock: Callable[[], datetime]) -> None:
        self.posts = posts
        self.clock = clock
        self.handed: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.expired: set[str] = set()
        self.extra: dict[str, Any] = {}
        self.token_life = 10_000
        self.dated = False  # whether answers say what time it is there

    def __call__(self, asked: Asked) -> Reply:  # noqa: D102 - what a WebServer calls
        query = asked.query
        self.queries.append(query)
        wrong = self._wrong(query)
        if wrong:
            return refusal(400, wrong)
        size = int(query["max_results"])
        found = self.found(query)
        if "next_token" in query:
            found = [one for one in found if int(one["id"]) < int(query["next_token"])]
        page, rest = found[:size], found[size:]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if rest:
            meta["next_token"] = page[-1]["id"]
        self.handed += [one["id"] for one in page]
        body = ({"data": page} if page else {}) | {"meta": meta} | self.extra
        headers = {"content-type": "application/json"}
        if self.dated:
            headers["date"] = format_datetime(self.clock(), usegmt=True)
        return Reply(body=json.dumps(body).encode(), headers=headers)

    def counts(self, asked: Asked) -> Reply:
        """Answers /counts/recent."""
        body = {"data": [], "meta": {"total_tweet_count": len(self.found(asked.query))}}
        return Reply(body=json.dumps(body).encode())

    def found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """The posts within the bounds of a request, newest first."""
        ids = [(int(one["id"]), one) for one in self.posts]
        if since := query.get("since_id"):
            ids = [(key, one) for key, one in ids if key > int(since)]
        elif start := query.get("start_time"):
            ids = [(key, one) for key, one in ids if key >= int(id_at(datetime.fromisoformat(start)))]
        if until := query.get("until_id"):
            ids = [(key, one) for key, one in ids if key < int(until)]
        if end := query.get("end_time"):
            ids = [(key, one) for key, one in ids if key < int(id_at(datetime.fromisoformat(end)))]
        return [one for _, one in sorted(ids, key=lambda pair: -pair[0])]

    def _wrong(self, query: dict[str, str]) -> str:
        now = self.clock()
        earliest = id_at(now - timedelta(days=7))
        if not 10 <= int(query.get("max_results", "10")) <= 100:
            return "max_results is not between 10 and 100"
        if query.get("next_token") in self.expired:
            return "Invalid 'next_token'"
        if int(query.get("since_id", earliest)) < int(earliest):
            return f"'since_id' must be a tweet id created after {now - timedelta(days=7)}"
        for name in ("start_time", "end_time"):
            if name in query and datetime.fromisoformat(query[name]) > now - timedelta(seconds=10):
                return f"Invalid '{name}': it must be a minimum of 10 seconds prior to the request time."
        if "start_time" in query and int(id_at(datetime.fromisoformat(query["start_time"]))) < int(earliest):
            return "Invalid 'start_time': it must be on or after seven days ago."
        return ""
