"""The receiver in docs/webhooks.md, run as it stands there."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.service import wait_for
from uproar.outgoing import Limits, request
from workers.webhooks import sign

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"commonAnnotations":{"summary":"cancel voices firing"}}'
DOCUMENT = Path(__file__).parents[2] / "docs" / "webhooks.md"


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The example's address, and where it prints."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (tmp_path / "receiver.py").write_text(code)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    printed = tmp_path / "printed"
    with printed.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, tmp_path / "receiver.py"],
            env={**os.environ, "SECRET": SECRET, "PORT": str(port)},
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
    try:
        wait_for(lambda: _answers(port), 10)
        yield f"http://127.0.0.1:{port}/", printed
    finally:
        process.kill()
        process.wait()


def test_the_documented_receiver_takes_our_messages_once_and_refuses_others(receiver: tuple[str, Path]) -> None:
    address, printed = receiver
    limits = Limits(allow_private=True)
    headers = sign(BODY, secrets=[SECRET], message="msg_1", now=datetime.now(UTC))
    for _ in range(2):
        assert request("POST", address, limits=limits, headers=headers, body=BODY.encode()).status == 204
    forged = BODY.replace("firing", "quiet").encode()
    assert request("POST", address, limits=limits, headers=headers, body=forged).status == 401
    assert printed.read_text() == "cancel voices firing\n"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
