"""How X is connected to."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collector.sources.x.client import Client


class _AnswersOnce(BaseHTTPRequestHandler):
    """Leaves the connection open after its answer, and answers nothing else on it: the client has said `close`."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        self.handle_one_request()
        self.rfile.read(1)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _AnswersOnce) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_no_connection_is_used_twice_even_if_the_other_side_leaves_it_open(url: str) -> None:
    client = Client("made-up", url)
    assert [client.rules().status for _ in range(3)] == [200, 200, 200]
    assert [client.lookup(["1"]).status for _ in range(2)] == [200, 200]
