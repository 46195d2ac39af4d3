"""Hacker News' search as far as the collector asks it: Algolia's answers over a list in memory."""

import json
import re
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from tests.web_server import Asked, Reply

MOST = 1_000
_RANGE = re.compile(r"created_at_i>=(\d+),created_at_i<(\d+)")


def comment(number: int, when: int, text: str | None = "I left Harbour Clinics", **changes: Any) -> dict[str, Any]:
    """One hit, as Algolia gives it."""
    return {
        "objectID": str(number),
        "created_at_i": when,
        "author": f"user{number}",
        "title": None,
        "story_text": None,
        "comment_text": text,
        "_tags": ["comment"],
    } | changes


class Algolia:
    """Answers searches: `query` is looked for in the text, ranges of time are kept to, the newest come first."""

    def __init__(self, hits: list[Any]) -> None:
        self.hits = hits
        self.now: datetime | None = None  # its clock, if it has one
        self.searches: list[tuple[str, int, int]] = []

    def __call__(self, asked: Asked) -> Reply:  # noqa: D102 - what a WebServer calls
        query = asked.query
        match = _RANGE.fullmatch(query["numericFilters"])
        assert match is not None, query
        assert query["tags"] == "(story,comment)"
        start, end = int(match[1]), int(match[2])
        self.searches.append((query["query"], start, end))
        if self.now is not None:
            end = min(end, int(self.now.timestamp()))  # what is not written yet is not found
        found = [hit for hit in self.hits if start <= hit["created_at_i"] < end and query["query"] in str(hit).lower()]
        found.sort(key=lambda hit: -int(hit["created_at_i"]))
        page = found[: min(MOST, int(query["hitsPerPage"]))]
        body = {"hits": page, "nbHits": len(found), "exhaustiveNbHits": True}
        headers = {"content-type": "application/json"}
        if self.now is not None:
            headers["date"] = format_datetime(self.now, usegmt=True)
        return Reply(body=json.dumps(body).encode(), headers=headers)
