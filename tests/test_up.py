"""`uproar up` as its user meets it: it starts, stops, goes on, and outlives whatever is thrown at it."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.afresh import forget
from tests.service import alive, descendants, run, running
from tests.waiting import until
from uproar.commands.demo import prepare
from uproar.commands.up import free_ports
from uproar.supervisor import Role

HOSTILE = [
    b'{"id": "good-1", "text": "I cancelled Harbour Clinics", "created_at": "2026-01-05T10:00:00Z"}',
    b'{"id": "broken", "text": ',
    b'{"id": "long", "text": "' + b"x" * 10_000_000 + b'"}',
    b'{"id": "far", "text": "see you", "created_at": "30000-01-01T00:00:00Z"}',
    b'{"id": "farther", "text": "see you", "created_at": 884541254400000}',
    b'{"id": "half", "text": "\\ud800 half a character"}',
    b'{"id": "bytes", "text": "\xff\xfe"}',
    b'["a list"]',
    b'{"id": "nothing"}',
    b'{"id": "empty", "text": "  "}',
    b"[" * 100_000,
    b'{"id": "nul", "text": "a\\u0000b"}',
    b'{"id": "good-2", "text": "<script>alert(1)</script>", "created_at": "2026-01-05T10:01:00Z"}',
]
GOOD = {"good-1", "nul", "good-2"}


def exported() -> dict[str, Any]:
    """What is stored, by id."""
    return {post["id"]: post for post in map(json.loads, run("export", "posts", "--jsonl").stdout.splitlines())}


@contextmanager
def endless_feed() -> Iterator[str]:
    """A feed that goes on and on; it stops sending when nobody reads any more."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/rss+xml")
            self.send_header("content-length", str(5 * 2**30))
            self.end_headers()
            try:
                self.wfile.write(b"<rss version='2.0'><channel>")
                while True:
                    self.wfile.write(b"<item><title>more and more</title></item>" * 1000)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_ctrl_c_stops_every_child_and_a_second_start_goes_on_with_the_data(home: Path) -> None:
    (home / "posts.jsonl").write_bytes(HOSTILE[0] + b"\n")
    log = home / "log"
    with running("up", log=log) as service:
        assert run("replay", str(home / "posts.jsonl"), "--wait").returncode == 0
        children = service.children()
        assert len(children) >= 6
        assert service.stop(signal.SIGINT) == 0
        until(lambda: not alive(children))
    with running("up", log=log) as service:
        assert service.get("/api/v1/posts?watch=harbour")["posts"][0]["text"] == "I cancelled Harbour Clinics"
        assert service.stop() == 0


def test_the_service_does_not_outlive_a_killed_supervisor(home: Path) -> None:
    with running("up", log=home / "log") as service:
        children = set(service.children())
        service.process.kill()
        service.process.wait()
        until(lambda: not alive(children))


def test_a_second_start_on_the_same_data_is_refused_in_words(home: Path) -> None:
    with running("up", log=home / "log"):
        second = run("up", UPROAR_PORT="0")
    assert second.returncode == 2
    assert b"runs already" in second.stderr
    assert b"UPROAR_DATA_DIR" in second.stderr


def test_a_port_that_is_taken_is_named_with_what_to_do(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = run("up", UPROAR_PORT=str(taken.getsockname()[1]))
    assert answer.returncode == 2
    assert b"UPROAR_PORT" in answer.stderr


def test_a_wrong_watch_file_stops_the_start_and_is_named(home: Path) -> None:
    (home / "watches" / "wrong.toml").write_text('title = "x"\nstarts = 2020-01-01T00:00:00Z\nservice = 1\n')
    answer = run("up", UPROAR_PORT="0")
    assert answer.returncode == 2
    assert b"wrong.toml" in answer.stderr
    assert b"line 3" in answer.stderr


def test_hostile_input_ends_in_the_dead_letters_and_not_in_a_stopped_service(home: Path) -> None:
    (home / "hostile.jsonl").write_bytes(b"\n".join(HOSTILE) + b"\n")
    log = home / "log"
    with running("up", log=log) as service:
        before = {pid for pid, line in service.children().items() if "uproar" in line}
        answer = run("replay", str(home / "hostile.jsonl"), "--wait")
        assert answer.returncode == 0, answer.stderr
        assert f"read {len(HOSTILE)}, new {len(GOOD)}, duplicate 0, dead-lettered {len(HOSTILE) - len(GOOD)}" in (
            answer.stdout.decode()
        )
        letters = service.get("/api/v1/deadletters?watch=harbour")
        assert len(letters) == len(HOSTILE) - len(GOOD)
        assert all(letter["reason"] for letter in letters)
        assert any("10,000,0" in letter["reason"] for letter in letters)
        assert before <= set(service.children())
        assert "died" not in log.read_text()
    stored = exported()
    assert set(stored) == GOOD
    assert all(post["reaction"] for post in stored.values())


def test_a_feed_of_five_gigabytes_is_cut_off_and_on_record(home: Path) -> None:
    with endless_feed() as address:
        with (home / "watches" / "harbour.toml").open("a") as file:
            file.write(f'\n[[sources]]\ntype = "feed"\nurl = "{address}"\nallow_private = true\n')
        with running("up", log=home / "log") as service:
            until(lambda: service.get("/api/v1/sources?watch=harbour")[0]["failures"] > 0, log=home / "log")
            (source,) = service.get("/api/v1/sources?watch=harbour")
    assert "larger than 10,000,000 bytes" in source["last_error"]
    assert source["gaps_open"] == 1


def test_exit_when_idle_reads_every_source_once_and_stops(home: Path) -> None:
    (home / "posts.jsonl").write_bytes(b"\n".join(HOSTILE) + b"\n")
    with (home / "watches" / "harbour.toml").open("a") as file:
        file.write(f'\n[[sources]]\ntype = "file"\npath = "{home / "posts.jsonl"}"\n')
        file.write('\n[[sources]]\ntype = "feed"\nurl = "http://127.0.0.1:9/"\nallow_private = true\n')
    answer = run("up", "--watch", str(home / "watches" / "harbour.toml"), "--exit-when-idle", UPROAR_PORT="0")
    assert answer.returncode == 0, answer.stderr
    printed = answer.stdout.decode()
    assert f"harbour: 3 posts, 3 reactions, {len(HOSTILE) - len(GOOD)} dead letters" in printed
    assert "feed could not be read" in printed
    assert set(exported()) == GOOD


def test_replay_starts_workers_of_its_own_when_none_run(home: Path) -> None:
    lines = b"\n".join(HOSTILE[:1] + HOSTILE[-1:])
    answer = run("replay", "-", "--wait", given=lines)
    assert answer.returncode == 0, answer.stderr
    assert b"read 2, new 2, duplicate 0, dead-lettered 0" in answer.stdout
    assert all(post["reaction"] for post in exported().values())
    again = run("replay", "-", "--wait", given=lines)
    assert b"read 2, new 0, duplicate 2, dead-lettered 0" in again.stdout


def test_the_demo_fills_the_page_and_fires_a_webhook_that_the_receiver_prints(home: Path) -> None:
    log = home / "log"
    with running("demo", "--posts", "3000", log=log) as service:
        until(lambda: "ALERT firing: SIMULATED" in log.read_text(), log=log)
        until(lambda: service.get("/api/v1/series?watch=demo&from=first&to=latest")["totals"]["posts"] > 2000)
        assert service.get("/api/v1/watches")[0]["simulated"] is True
        below = descendants(service.process.pid)
        assert service.stop(signal.SIGINT) == 0
    until(lambda: not alive(below))


def test_ports_that_are_asked_for_together_are_different() -> None:
    assert len(set(free_ports("127.0.0.1", 50))) == 50


def test_the_demo_gives_its_receiver_another_port_than_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", {**os.environ, "UPROAR_PORT": "0"})
    receiver = prepare(tmp_path, posts=10, seed=1).what
    forget()  # the settings that it has read
    assert isinstance(receiver, Role)
    assert os.environ["UPROAR_PORT"] not in {"0", receiver.options[-1]}
