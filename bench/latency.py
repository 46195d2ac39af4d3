"""From the post that tips a spike to the webhook's arrival: the whole service in processes of its own, on real clocks.

Run it by `make bench`; it takes about three minutes. Each of twenty watches gets thirty people who leave within one
push, at a random second of a minute; the receiver notes when it was told of it.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WATCHES = 20
CALM = 180  # minutes that every watch has behind it
LEAVING = 0.1
SPREAD = 90.0  # seconds within which all watches are tipped
PATIENCE = 120.0
TOKEN = "a-token-for-this-bench"  # noqa: S105 - of a service that lives for three minutes
WATCH = """
title = "Gullwing buys Harbour Clinics"
starts = 2020-01-01T00:00:00Z
[[services]]
name = "Harbour Clinics"
[[alerts.endpoints]]
name = "desk"
url = "http://127.0.0.1:{port}/{name}"
allow_private = true
"""


class Desk:
    """A webhook receiver that notes when it was told first of cancel voices in each watch."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                arrived = time.time()
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                if body["groupLabels"]["signal"] == "cancel" and body["uproar"]["event"] == "firing":
                    desk.told.setdefault(self.path.strip("/"), arrived)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def main() -> None:
    """Print the median and the 95th percentile of both times."""
    with tempfile.TemporaryDirectory(prefix="up-") as folder:
        desk, home = Desk(), Path(folder)
        names = [f"watch-{number}" for number in range(WATCHES)]
        (home / "watches").mkdir()
        for name in names:
            text = WATCH.format(port=desk.server.server_port, name=name)
            (home / "watches" / f"{name}.toml").write_text(text)
        os.environ.update(
            UPROAR_DATA_DIR=str(home / "data"),
            UPROAR_WATCH_DIR=str(home / "watches"),
            UPROAR_INGEST_TOKEN=TOKEN,
            UPROAR_PORT="0",
            UPROAR_LOG_LEVEL="warning",
        )
        learn(names)
        with (home / "log").open("w") as log:
            service = subprocess.Popen([sys.executable, "-m", "uproar", "up"], stdout=log, stderr=subprocess.STDOUT)
        try:
            tipped = tip(address_of(home / "log"), names)
            end = time.time() + PATIENCE
            while len(desk.told) < len(names) and time.time() < end:
                time.sleep(0.2)
        finally:
            service.terminate()
            service.wait(30)
        report(tipped, desk.told)


def learn(names: list[str]) -> None:
    """Put three calm hours into the tables, up to this minute."""
    from uproar import database, migrating
    from uproar.buckets import minute_of
    from uproar.models import Bucket

    migrating.migrate()
    chance, now = random.Random(1), minute_of(datetime.now(UTC))  # noqa: S311 - made-up counts
    with database.writing() as session:
        for name in names:
            for minute in range(now - 60 * CALM, now, 60):
                posts = round(chance.expovariate(1.0))
                if posts:
                    cancel = int(chance.random() < LEAVING)
                    row: dict[str, Any] = {"watch": name, "minute": minute, "source": "push", "lang": "en"}
                    session.add(Bucket(**row, posts=posts, voices=posts, cancel=cancel))


def address_of(log: Path) -> str:
    """Where the service listens, once it does."""
    ready = "Uproar is running: "
    while ready not in log.read_text():
        time.sleep(0.2)
    return log.read_text().partition(ready)[2].split()[0]


def tip(address: str, names: list[str]) -> dict[str, float]:
    """Let people leave in each watch at a moment of its own; when that was."""
    time.sleep(30)  # the detectors learn what is stored
    chance, tipped = random.Random(), dict[str, float]()  # noqa: S311
    start = time.time()
    plan = sorted((start + chance.uniform(0, SPREAD), name) for name in names)
    for moment, name in plan:
        time.sleep(max(0.0, moment - time.time()))
        now = datetime.now(UTC).isoformat()
        posts = [
            {"id": str(n), "text": f"I cancelled my Harbour Clinics membership, number {n}", "created_at": now}
            for n in range(30)
        ]
        request = urllib.request.Request(  # noqa: S310 - our own service
            f"{address}/ingest?watch={name}",
            data=json.dumps(posts).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
        )
        tipped[name] = time.time()
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
    return tipped


def report(tipped: dict[str, float], told: dict[str, float]) -> None:
    """Print what was measured."""
    print(f"{len(told)} of {len(tipped)} spikes were told; whole service, embedded database and broker")
    waits = sorted(told[name] - tipped[name] for name in told)
    after = sorted(max(0.0, told[name] - (tipped[name] // 60 + 1) * 60) for name in told)
    for what, values in (("tip to arrival", waits), ("end of the minute to arrival", after)):
        p95 = values[min(len(values) - 1, int(0.95 * len(values)))]
        print(f"{what:30} median {statistics.median(values):5.1f} s  p95 {p95:5.1f} s  most {values[-1]:5.1f} s")


if __name__ == "__main__":
    main()
