"""Messages for people, brought by apprise to real servers on this machine."""

import json
import socket
import threading
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.spikes import a_spike
from tests.waiting import PATIENCE
from tests.workers.endpoint import Endpoint, Reply
from tests.workers.outbox import deliver_due, make_due, stored, waits
from uproar import database, deliveries, undelivered
from uproar.settings import Settings
from uproar.watch import load_watch
from workers.alerting import channels, chat
from workers.alerting.messages import compose

SECRET = "T0pSecretToken"
PASSWORD = "correct-horse"
HOSTILE = "I left @everyone <!channel> <@U1> [free](http://evil.example) *now* `x` _y_\n\n# big"
DETAILS = {
    "voices": 40, "echoes": 2, "concerns": [{"name": "price", "label": "Price", "count": 12}], "sources": {"x": 30},
    "languages": ["en", "fr"], "gaps": [{"source": "reddit"}], "dashboard": "https://uproar.example/?at=1",
    "posts": [{"id": 1, "text": HOSTILE, "url": "https://x.example/1"}],
}  # fmt: skip


def body(home: Path, kind: str = "firing", **changes: Any) -> str:
    watch = load_watch(home / "watches" / "harbour.toml")
    spike = a_spike(details=DETAILS, **changes)
    return compose(kind, spike, watch=watch, endpoint="chat", dashboard="https://uproar.example")


def address(endpoint: Endpoint) -> str:
    return f"json://mo:{PASSWORD}@127.0.0.1:{endpoint.port}/{SECRET}/"


def test_people_read_what_happened_and_why(home: Path) -> None:
    message = json.loads(body(home))
    assert chat.title_of(message) == "Gullwing buys Harbour Clinics: spike of cancel voices"
    assert chat.text_of(message).splitlines() == [
        "42 in 10 min, expected 3.5 at this hour",
        "Voices: 40, echoes: 2",
        "Concerns: Price 12",
        "Sources: x 30",
        "Languages: en, fr",
        "Not everything could be read: 1 gaps in this window",
        "“I left @\u200beveryone (!channel) (@\u200bU1) (free)(http:\u200b//evil.example) now 'x'  y  # big”",
        "https://uproar.example/?at=1",
    ]


def test_nothing_from_outside_calls_people_or_is_a_link_wherever_it_stands(home: Path) -> None:
    message = json.loads(body(home))
    message["commonAnnotations"]["description"] = "feed: <!channel> said @everyone see https://evil.example"
    message["uproar"]["languages"] = [{"name": "<!here> @everyone", "count": 1}]
    text = chat.text_of(message).removesuffix("https://uproar.example/?at=1")
    for one in ("<!", "@everyone", "://"):
        assert one not in text


def test_a_text_for_people_is_short_and_ends_with_the_link(home: Path) -> None:
    many = [{"id": number, "text": "word " * 400} for number in range(9)]
    message = json.loads(body(home))
    message["uproar"]["posts"] = many
    text = chat.text_of(message)
    assert len(text) < 1_600
    assert text.endswith("https://uproar.example/?at=1")


@pytest.mark.parametrize(
    "odd",
    [{}, {"posts": "x"}, {"posts": [3, None, {"text": 4}]}, {"concerns": [None, {}]}, {"sources": 3, "gaps": None}],
)
def test_details_of_another_shape_do_no_harm(home: Path, odd: dict[str, Any]) -> None:
    message = json.loads(body(home))
    message["uproar"] = odd
    assert chat.text_of(message).startswith("42 in 10 min")


def chatting(home: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, Any]:
    monkeypatch.setenv("CHAT_URL", url)
    monkeypatch.setattr(channels, "APPRISE_SECONDS", PATIENCE)  # it takes its time where the machine is busy
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + '[[alerts.endpoints]]\nname = "chat"\napprise_env = "CHAT_URL"\n')
    with database.writing() as session:
        spike = a_spike(notified=True, details=DETAILS)
        session.add(spike)
        session.flush()
        message = deliveries.Message("msg_chat", "chat", "firing", body(home))
        deliveries.enqueue(session, spike, [message], now=spike.started_at)
    return {"harbour": load_watch(path)}


def test_a_delivery_goes_through_apprise_like_any_other(
    store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    endpoint.replies = [Reply(403), Reply(204)]
    watches = chatting(home, monkeypatch, address(endpoint))
    assert deliver_due(watches, store) == 1
    failed = stored("chat")
    assert (failed.attempts, failed.delivered_at, failed.last_status) == (1, None, None)
    assert failed.last_error is not None
    assert "error=403" in failed.last_error
    assert 3 < waits(failed) < 6
    with database.writing() as session:
        assert failed.id is not None
        undelivered.retry(session, failed.id, now=failed.created_at)
    make_due()  # it rests for a moment
    assert deliver_due(watches, store) == 1
    assert stored("chat").delivered_at is not None
    got = json.loads(endpoint.received[-1].body)
    assert got["title"] == "Gullwing buys Harbour Clinics: spike of cancel voices"
    assert "@everyone" not in got["message"]
    assert got["type"] == "warning"
    out, err = capfd.readouterr()
    for told in (failed.last_error, out, err):
        assert SECRET not in told
        assert PASSWORD not in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"json://mo:{PASSWORD}@127.0.0.1:1/{SECRET}", "Connection error"),
        (f"nonsense://{SECRET}", "holds no URL that it knows"),
        (f"slack://{SECRET}", "holds no URL that it knows"),
        (f"json://mo:{quote(PASSWORD + '@/:')}@127.0.0.1:1/{SECRET}", "JSON"),
        ("", "holds no URL"),
    ],
)
def test_what_goes_wrong_is_said_without_any_secret(home: Path, url: str, said: str) -> None:
    error = chat.send(url, body(home), seconds=60)
    assert error is not None
    assert said in error
    assert SECRET not in error
    assert PASSWORD not in error


def test_a_url_is_checked_without_sending_anything(endpoint: Endpoint) -> None:
    assert chat.check(address(endpoint), seconds=60) is None
    assert chat.check(f"nonsense://{SECRET}", seconds=60) is not None
    assert endpoint.received == []


def test_a_chat_server_that_hangs_is_left_in_time(home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(hang=60)]
    error = chat.send(address(endpoint), body(home), seconds=3)
    assert error == "apprise had not finished after 3 s"


def test_without_its_variable_a_chat_is_tried_again(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches = chatting(home, monkeypatch, "")
    deliver_due(watches, sqlite_store)
    assert stored("chat").last_error == "the variable CHAT_URL is not set; it should hold an Apprise URL"
    with pytest.raises(channels.UnusableEndpointError):
        channels.apprise_url(watches["harbour"].alerts.endpoints[0])


def test_an_e_mail_arrives(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mails: list[bytes] = []
        thread = threading.Thread(target=_take_one_mail, args=(server, mails))
        thread.start()
        port = server.getsockname()[1]
        url = f"mailto://127.0.0.1:{port}?from=uproar@deal.example&to=mo@deal.example"
        assert chat.send(url, body(home), seconds=60) is None
        thread.join()
    mail = message_from_bytes(mails[0], policy=policy.default)
    assert mail["subject"] == "Gullwing buys Harbour Clinics: spike of cancel voices"
    text = str(mail)
    assert "expected 3.5 at this hour" in text
    assert "<!channel>" not in text


def _take_one_mail(server: socket.socket, mails: list[bytes]) -> None:
    """The least of a mail server (RFC 5321): it takes one message and says so."""
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 test\r\n")
        for line in lines:
            word = line.split()[0].upper()
            if word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                parts: list[bytes] = []
                while (part := lines.readline()) not in (b".\r\n", b""):
                    parts.append(part)
                mails.append(b"".join(parts))
            connection.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return
