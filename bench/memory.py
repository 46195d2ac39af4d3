"""What `uproar up` holds in memory: each process as it idles, and how all of it grows over minutes of posts.

`python bench/memory.py [--minutes N --rate POSTS_A_SECOND]`; without minutes only the idle service is looked at. Pages
that processes share are shared out among them (PSS), as Linux counts them. Embedded database and broker.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' service

from processes import megabytes, tree
from rivals import DEAL
from texts import make_posts

from tests.service import Service, running

PROMISED_MB = 350
SETTLED = 30.0  # seconds after the start
EVERY = 5.0
TOKEN = "for-a-measurement-only"  # noqa: S105 - nothing but this service takes it


def main() -> None:
    """Start the service, look at it, and load it if asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=0)
    asked.add_argument("--rate", type=int, default=500)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="up-") as name:
        home = Path(name)
        (home / "watches").mkdir()
        (home / "watches" / "harbour.toml").write_text(DEAL)
        os.environ.update(
            UPROAR_DATA_DIR=str(home / "data"), UPROAR_WATCH_DIR=str(home / "watches"), UPROAR_INGEST_TOKEN=TOKEN
        )
        with running("up", log=home / "log") as service:
            time.sleep(SETTLED)
            report(service)
            if chosen.minutes:
                soak(service, minutes=chosen.minutes, rate=chosen.rate)
                report(service)


def report(service: Service) -> None:
    """Print every process, and the sum."""
    held = {pid: megabytes(pid) for pid in tree(service.process.pid)}
    for pid, size in held.items():
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
        print(f"  {size:6.1f} MB  {words[-70:].strip()}")
    print(f"  {sum(held.values()):6.1f} MB in all; at most {PROMISED_MB} MB are promised", flush=True)


def soak(service: Service, *, minutes: float, rate: int) -> None:
    """Push posts at a rate, and say by how much memory grows in the second half, in MB an hour."""
    end = time.monotonic() + minutes * 60
    measured: list[tuple[float, float]] = []
    posts = batches(rate)
    pushed, look_at, start = 0, time.monotonic(), time.monotonic()
    while (now := time.monotonic()) < end:
        pushed += push(service.address, next(posts))
        if now >= look_at:
            measured.append((now, sum(map(megabytes, tree(service.process.pid)))))
            look_at = now + EVERY
        time.sleep(max(0.0, start + pushed / rate - time.monotonic()))
    took = time.monotonic() - start
    half = measured[len(measured) // 2 :]
    slope = statistics.linear_regression([at for at, _ in half], [size for _, size in half]).slope
    sizes = [size for _, size in measured]
    print(f"{pushed} posts in {took / 60:.1f} minutes, {pushed / took:.0f} a second")
    print(
        f"memory {min(sizes):.0f} to {max(sizes):.0f} MB; in the second half it grew by {slope * 3_600:+.1f} MB an hour"
    )


def batches(rate: int) -> Iterator[list[dict[str, object]]]:
    """Half a second of posts at a time, without end."""
    seed = 0
    while True:
        seed += 1
        made = list(make_posts(20_000, seed=seed))
        step = max(1, rate // 2)
        yield from (made[first : first + step] for first in range(0, len(made), step))


def push(address: str, posts: list[dict[str, object]]) -> int:
    """Send some posts; how many they were."""
    request = urllib.request.Request(  # noqa: S310 - our own service
        f"{address}/ingest?watch=harbour",
        data=json.dumps(posts).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )
    urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
    return len(posts)


if __name__ == "__main__":
    main()
