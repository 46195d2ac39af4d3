"""`uproar receive`: the small receiver that checks signatures, as a real process."""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.spikes import a_spike
from uproar.errors import UproarError
from uproar.settings import Settings, settings
from uproar.watch import load_watch
from workers.alerting.messages import compose
from workers.alerting.receiver import receive
from workers.alerting.webhooks import sign

SECRET = "whsec_aGFyYm91ci1jbGluaWNz"


class Receiver:
    """A running receiver: what it has printed, and a way to send to it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port

    def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Send as it is; the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/", body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def send(self, body: str, *, message: str = "msg_1", secret: str = SECRET) -> int:
        """Send it signed; the status of the answer."""
        return self.post(body.encode(), sign(body, secrets=[secret], message=message, now=datetime.now(UTC)))

    def stop(self) -> tuple[list[str], list[str]]:
        """End it; the lines that it printed, and those on standard error."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=10)
        return out.splitlines(), err.splitlines()


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "uproar", "receive", "--port", "0", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **variables},
    )  # fmt: skip


def ready(process: subprocess.Popen[str]) -> Receiver:
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.fullmatch(r"Listening for webhooks on http://127\.0\.0\.1:(\d+)/\n", line)
    assert found, line
    return Receiver(process, int(found[1]))


@pytest.fixture
def receiver(home: Path) -> Iterator[Receiver]:
    """A receiver that shows messages as a person reads them."""
    with start(UPROAR_RECEIVER_SECRET=SECRET) as process:
        try:
            yield ready(process)
        finally:
            process.kill()


def alert(home: Path) -> str:
    watch = load_watch(home / "watches" / "harbour.toml")
    return compose("firing", a_spike(), watch=watch, endpoint="ops", dashboard="http://x.example")


def test_a_signed_message_is_printed_once_over_all_its_attempts(receiver: Receiver, home: Path) -> None:
    body = alert(home)
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(receiver.send(body))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 8
    assert receiver.send(body, message="msg_2") == 204
    out, err = receiver.stop()
    assert (
        out
        == [
            "ALERT firing: Gullwing buys Harbour Clinics: spike of cancel voices",
            "      42 in 10 min, expected 3.5 at this hour",
        ]
        * 2
    )
    assert err == []


def test_what_is_not_signed_with_the_secret_is_refused(receiver: Receiver, home: Path) -> None:
    body = alert(home)
    assert receiver.send(body, secret="whsec_YW5vdGhlcg==") == 401
    assert receiver.post(body.encode(), {}) == 401
    good = sign(body, secrets=[SECRET], message="msg_1", now=datetime.now(UTC))
    assert receiver.post(body.replace("42", "43").encode(), good) == 401
    out, err = receiver.stop()
    assert out == []
    assert len(err) == 3
    assert all(line.startswith("refused: ") for line in err)


def test_a_request_of_no_proper_length_is_refused(receiver: Receiver) -> None:
    for length in ("", "x", "²", "-1", "9" * 5_000, "1000001"):
        connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
        connection.putrequest("POST", "/")
        connection.putheader("content-length", length.encode("latin-1"))
        connection.endheaders()
        assert connection.getresponse().status == 413, length[:9]
        connection.close()


def test_a_signed_message_of_another_kind_is_refused_and_does_no_harm(receiver: Receiver, home: Path) -> None:
    for body in ("{}", "[1]", '"text"', "no json"):
        assert receiver.send(body, message="msg_0") == 400, body
    assert receiver.send(alert(home)) == 204
    out, err = receiver.stop()
    assert len(out) == 2
    assert "Traceback" not in "\n".join(err)


def test_a_message_can_be_printed_raw(home: Path) -> None:
    with start("--secret", SECRET, "--raw") as process:
        receiver = ready(process)
        assert receiver.send('{"any": "thing"}') == 204
        out, _ = receiver.stop()
    assert json.loads(out[0]) == {"any": "thing"}


@pytest.mark.parametrize("secret", ["whsec_é", "whsec_a", "whsec_", "whpk_aGVsbG8="])
def test_a_secret_that_is_none_is_said_at_once_and_not_repeated(secret: str) -> None:
    answer = CliRunner().invoke(receive, ["--port", "0", "--secret", secret])
    assert isinstance(answer.exception, UproarError)
    assert "uproar alerts secret" in str(answer.exception)
    assert secret not in str(answer.exception).replace("whsec_ and base64", "")


def test_a_port_that_is_taken_is_one_message(receiver: Receiver) -> None:
    process = start("--port", str(receiver.port), "--secret", SECRET)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.startswith(f"uproar: Port {receiver.port} ")
    assert "--port" in err


def test_the_secret_of_an_endpoint_is_the_one_to_give_it(home: Path) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + '[[alerts.endpoints]]\nname = "ops"\nurl = "https://ops.example/"\n')
    answer = subprocess.run(
        [sys.executable, "-m", "uproar", "alerts", "secret", "ops"], capture_output=True, check=True, text=True
    )
    chosen: Settings = settings()
    assert answer.stdout.strip() == chosen.endpoint_secret("harbour", "ops")
