"""What 500 open event streams cost the dashboard: memory of its process before and after, and how soon all are told.

The real server in a process of its own, on SQLite; Linux only. Run it by `make bench`.
"""

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))  # what the tests put in

from tests.dashboards.given import put
from uproar import migrating

STREAMS = 500
PROMISED_MB = 40
PATIENCE = 60.0
START = [sys.executable, "-c", "from dashboards.commands import serve; serve()"]
ASK = b"GET /api/v1/live HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\n\r\n"
WATCH = (
    'title = "Gullwing buys Harbour Clinics"\nstarts = 2020-01-01T00:00:00Z\nservices = [{name = "Harbour Clinics"}]\n'
)


def main() -> None:
    """Start a dashboard, open the streams, and print what they cost."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "watches").mkdir()
        (Path(folder) / "watches" / "meadow.toml").write_text(WATCH)
        os.environ.update(UPROAR_DATA_DIR=folder, UPROAR_WATCH_DIR=f"{folder}/watches", UPROAR_PORT="0")
        os.environ["UPROAR_LOG_FORMAT"] = "json"
        migrating.migrate()
        with subprocess.Popen(START, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own words
            try:
                measure(server)
            finally:
                server.kill()


def measure(server: subprocess.Popen[str]) -> None:
    """Open one stream to warm it up, then all the others, and let one post come."""
    if server.stderr is None:
        raise SystemExit("The server has no log to read its address from.")
    ready = next(line for line in server.stderr if "dashboard_ready" in line)
    host = urlsplit(ready.partition('"address": "')[2].partition('"')[0]).netloc
    streams = [opened(host)]
    until(streams, b"event: hello")
    put()
    until(streams, b"event: changed")
    before = megabytes(server.pid)
    streams += [opened(host) for _ in range(STREAMS)]
    until(streams[1:], b"event: hello")
    time.sleep(2)
    opened_ = megabytes(server.pid)
    put()
    stored = time.perf_counter()
    until(streams, b"event: changed")
    took = time.perf_counter() - stored
    after = megabytes(server.pid)
    sys.stdout.write(
        f"{STREAMS} open event streams: {opened_ - before:.1f} MB more ({before:.1f} MB before), "
        f"{after - before:.1f} MB once all were told of a post, {took:.2f} s after it was stored; "
        f"at most {PROMISED_MB} MB are promised\n"
    )


def opened(host: str) -> socket.socket:
    """A stream that was asked for."""
    name, port = host.split(":")
    stream = socket.create_connection((name, int(port)), timeout=PATIENCE)
    stream.sendall(ASK % host.encode())
    return stream


def until(streams: list[socket.socket], event: bytes) -> None:
    """Read until each of them was told so."""
    waiting = selectors.DefaultSelector()
    for stream in streams:
        waiting.register(stream, selectors.EVENT_READ, bytearray())
    while waiting.get_map():
        told = waiting.select(PATIENCE)
        if not told:
            raise SystemExit(f"{len(waiting.get_map())} streams heard nothing for {PATIENCE:.0f} s.")
        for key, _ in told:
            key.data.extend(os.read(key.fd, 65_536))
            if event in key.data:
                waiting.unregister(key.fileobj)


def megabytes(pid: int) -> float:
    """What a process holds in memory."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) / 1_024


if __name__ == "__main__":
    main()
