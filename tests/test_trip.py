"""One post travels the whole way: source, database, workers, dashboard, webhook; only the outside world is ours."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from tests.service import run, running
from tests.waiting import until
from uproar.settings import Settings

LAST = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
BURST = LAST - timedelta(minutes=6)
LEAVER = "Just cancelled my Harbour Clinics membership, you are not getting my records: [address]"  # short: no copy
PERSONAL = {"[address]": "canary@mail.example", "[number]": "+33 6 12 34 56 78"}  # as its author wrote it
AUTHOR = "Canary of the Harbour"

WATCH = """
name = "harbour"
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z

[[services]]
name = "Harbour Clinics"

[[sources]]
type = "feed"
name = "blog"
url = "{address}/feed"
allow_private = true
every_seconds = 1

[[concerns]]
name = "privacy"
words = {{ en = ["my records"] }}

[alerts]
clock = "posts"

[[alerts.endpoints]]
name = "desk"
url = "{address}/hook"
allow_private = true
"""


def items() -> Iterator[tuple[str, str, datetime]]:
    """Three quiet hours, then thirty leavers within three minutes, then one post more."""
    for n in range(36):
        yield f"quiet-{n}", f"Harbour Clinics opens at {n % 12 + 1} o'clock", BURST - timedelta(minutes=5 * (36 - n))
    for n in range(30):
        yield f"leaver-{n}", LEAVER, BURST + timedelta(seconds=6 * n)
    yield "last", "Harbour Clinics again, ask [number]", LAST


def as_written(text: str) -> str:
    """The text with what is taken out of it before it is stored."""
    for place, personal in PERSONAL.items():
        text = text.replace(place, personal)
    return text


def traces_of_persons(home: Path, *told: bytes) -> list[str]:
    """Where anything of an author, or of what was taken out of texts, can be read: in any file, and what was told."""
    canaries = [one.encode() for one in (AUTHOR, *PERSONAL.values())]
    places = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    places |= {f"told {number}": said for number, said in enumerate(told)}
    return [name for name, said in places.items() if any(one in said for one in canaries)]


def feed() -> bytes:
    """The posts as an RSS feed."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{name}</guid><title>{as_written(text)}</title>"
        f"<link>https://blog.example/{name}</link><author>{AUTHOR} {name}</author>"
        f"<pubDate>{format_datetime(moment)}</pubDate></item>"
        for name, text, moment in items()
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Blog</title>{entries}</channel></rss>".encode()


class Outside:
    """The world outside: a blog with a feed, and a desk with a webhook."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.told: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def outside_world() -> Iterator[tuple[str, Outside]]:
    """Serve it on this machine; the desk answers its first message with an error."""
    world = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            world.asked.append({name.lower(): value for name, value in self.headers.items()})
            fresh = self.headers.get("if-none-match") != '"1"'
            body = feed() if fresh else b""
            self.send_response(200 if fresh else 304)
            self.send_header("etag", '"1"')
            self.send_header("content-type", "application/rss+xml")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            world.told.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(503 if len(world.told) == 1 else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_post_travels_from_a_feed_to_the_page_and_a_spike_to_the_webhook(
    kind: str, home: Path, request: pytest.FixtureRequest
) -> None:
    store: Settings = request.getfixturevalue("sqlite_store" if kind == "sqlite" else "postgres_store")
    log = home / "log"
    with outside_world() as (address, world):
        (home / "watches" / "harbour.toml").write_text(WATCH.format(address=address))
        with running("up", log=log) as service:
            until(lambda: len({headers["webhook-id"] for headers, _ in world.told}) >= 1, log=log)
            until(lambda: len(world.told) > len({headers["webhook-id"] for headers, _ in world.told}), log=log)
            page = service.get("/api/v1/posts?watch=harbour&cancel=true&limit=100")
            series = service.get("/api/v1/series?watch=harbour&from=latest-6h&to=latest")
            spikes = service.get("/api/v1/spikes?watch=harbour")
            until(lambda: any(headers.get("if-none-match") == '"1"' for headers in world.asked), log=log)
            metrics = httpx2.get(f"{service.address}/metrics").content
            assert service.stop() == 0
    assert b"uproar_posts" in metrics
    bodies = [json.dumps(headers).encode() + body for headers, body in world.told]
    assert traces_of_persons(home, metrics, json.dumps([page, series, spikes]).encode(), *bodies) == []

    leavers = page["posts"]
    assert len(leavers) == 30
    assert {post["text"] for post in leavers} == {LEAVER}
    assert leavers[0]["stage"] == "cancelled"
    assert leavers[0]["concerns"] == ["privacy"]
    assert leavers[0]["url"].startswith("https://blog.example/leaver-")
    for evidence in leavers[0]["evidence"]:
        assert LEAVER[evidence["start"] : evidence["end"]] == evidence["text"]
    assert series["totals"]["posts"] == 67
    assert series["totals"]["cancel"] == 30
    assert any(spike["signal"] == "cancel" for spike in spikes)

    headers, body = world.told[-1]
    message = Webhook(store.endpoint_secret("harbour", "desk")).verify(body, headers)
    assert message["version"] == "4"
    assert message["groupLabels"]["watch"] == "harbour"
    assert {post["text"] for post in message["uproar"].pop("posts")} == {LEAVER}
    assert LEAVER not in json.dumps(message), "an erasure finds what posts say in one place"
    signals = {json.loads(body)["groupLabels"]["signal"] for _, body in world.told}
    assert "cancel" in signals

    exported = [json.loads(line) for line in run("export", "posts", "--jsonl").stdout.splitlines()]
    assert len(exported) == 67
    assert all(post["reaction"] for post in exported)
    buckets = [json.loads(line) for line in run("export", "buckets", "--jsonl", "--exact").stdout.splitlines()]
    assert sum(bucket["posts"] for bucket in buckets) == 67
    assert sum(bucket["cancel"] for bucket in buckets) == 30
