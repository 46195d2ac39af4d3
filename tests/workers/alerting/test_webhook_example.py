"""The receivers in docs/webhooks.md, run as they stand there."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standardwebhooks import Webhook

from tests.waiting import until
from uproar.outgoing import Limits, request
from workers.alerting.webhooks import sign

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_YW5vdGhlci1zZWNyZXQ="
BODY = '{"commonAnnotations":{"summary":"cancel voices firing"}}'
DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"


@contextmanager
def receiving(tmp_path: Path, language: str, *command: str) -> Iterator[tuple[str, Path]]:
    """The address of the example in that language, and where it prints."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (tmp_path / "receiver").write_text(code)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    printed = tmp_path / "printed"
    with printed.open("w") as file:
        process = subprocess.Popen(
            [*command, tmp_path / "receiver"],
            env={**os.environ, "SECRET": SECRET, "PORT": str(port)},
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
    try:
        until(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}/", printed
    finally:
        process.kill()
        process.wait()


def use(address: str, printed: Path) -> None:
    """Send what must be taken, and what must not."""
    limits = Limits(allow_private=True)

    def status(body: str, headers: dict[str, str]) -> int:
        return request("POST", address, limits=limits, headers=headers, body=body.encode()).status

    now = datetime.now(UTC)
    headers = sign(BODY, secrets=[SECRET], message="msg_1", now=now)
    for _ in range(2):
        assert status(BODY, headers) == 204
    rotated = sign(BODY, secrets=[OTHER, SECRET], message="msg_2", now=now)
    assert status(BODY, rotated) == 204
    assert status(BODY.replace("firing", "quiet"), headers) == 401
    assert status(BODY, {**headers, "webhook-id": "msg_3"}) == 401
    assert status(BODY, sign(BODY, secrets=[OTHER], message="msg_4", now=now)) == 401
    assert status(BODY, sign(BODY, secrets=[SECRET], message="msg_5", now=now - timedelta(minutes=6))) == 401
    until(lambda: printed.read_text() == "cancel voices firing\n" * 2)


def test_the_documented_receiver_takes_our_messages_once_and_refuses_others(tmp_path: Path) -> None:
    with receiving(tmp_path, "python", sys.executable) as (address, printed):
        use(address, printed)


def test_the_documented_receiver_for_node_does_so_too(tmp_path: Path) -> None:
    with receiving(tmp_path, "js", str(Path(sys.executable).with_name("node"))) as (address, printed):
        use(address, printed)


def test_the_documented_line_of_the_library_does_so_too() -> None:
    assert "`Webhook(secret).verify(body, headers)`" in DOCUMENT.read_text()
    headers = sign(BODY, secrets=[OTHER, SECRET], message="msg_1", now=datetime.now(UTC))
    assert Webhook(SECRET).verify(BODY, headers) == json.loads(BODY)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
