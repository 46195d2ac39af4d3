"""What keeps answers quick, beside how much is read for them."""

import subprocess
import sys
from pathlib import Path

from starlette.testclient import TestClient

from tests.dashboards.given import put

HARDEST = 2  # what a packed file says of how hard it was packed: RFC 1952, section 2.3.1, XFL
SERVE = """
import gc
from dashboards import commands

commands.Server.run = lambda server: print(any(one is server.config.app for one in gc.get_objects()))
commands.serve()
"""


def test_what_was_loaded_is_not_looked_through_for_garbage_while_somebody_waits(place: Path) -> None:
    served = subprocess.run([sys.executable, "-c", SERVE], capture_output=True, text=True, timeout=60, check=True)
    assert served.stdout == "False\n"


def test_an_answer_is_not_packed_as_hard_as_can_be(client: TestClient) -> None:
    put()
    with client.stream("GET", "/api/v1/series", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert packed[8] != HARDEST
