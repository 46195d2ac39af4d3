"""Deliveries to a real server on this machine, on SQLite and PostgreSQL."""

import email.utils
import functools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from standardwebhooks import Webhook

from tests.workers.endpoint import Endpoint, Reply, serving
from uproar import alerts, database
from uproar.models import Delivery, Spike
from uproar.outgoing import Limits
from uproar.settings import Settings
from uproar.watch import Watch, load_watch
from workers import deliveries
from workers.deliveries import EndpointGoneError, deliver_due, secret_of
from workers.webhooks import sign

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BODY = '{"watch":"harbour","note":"voilà"}'


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that answers 204 unless told otherwise."""
    with serving() as one:
        yield one


def watch_of(home: Path, *endpoints: Endpoint | str, more: str = "allow_private = true") -> dict[str, Watch]:
    """The watch with one endpoint for each address, called e0, e1, ..."""
    path = home / "watches" / "harbour.toml"
    text = path.read_text()
    for number, one in enumerate(endpoints):
        url = one if isinstance(one, str) else one.url
        text += f'\n[[alerts.endpoints]]\nname = "e{number}"\nurl = "{url}"\n{more}\n'
    path.write_text(text)
    return {"harbour": load_watch(path)}


def enqueue(*names: str) -> None:
    with database.writing() as session:
        spike = Spike(
            watch="harbour", signal="cancel", state="firing", started_at=NOW, changed_at=NOW, count=9, expected=1.0,
            window_s=600, score=3.0, explanation="nine", notified=True,
        )  # fmt: skip
        session.add(spike)
        session.flush()
        messages = [alerts.Message(f"msg_{name}", name, "firing", BODY) for name in names or ("e0",)]
        alerts.enqueue(session, spike, messages, now=datetime.now(UTC))


def stored(name: str = "e0") -> Delivery:
    with database.reading() as session:
        one = session.exec(select(Delivery).where(Delivery.endpoint == name)).one()
        session.expunge_all()
        return one


def make_due() -> None:
    """Let the time of the next attempt come."""
    with database.writing() as session:
        for one in session.exec(select(Delivery)).all():
            if one.next_attempt_at is not None:
                one.next_attempt_at = datetime.now(UTC)
                session.add(one)


def waits(delivery: Delivery) -> float:
    assert delivery.next_attempt_at is not None
    return (delivery.next_attempt_at - datetime.now(UTC)).total_seconds()


def hurry(monkeypatch: pytest.MonkeyPatch, wait: float = 0.3) -> None:
    """Shorter limits, so that a test does not take as long as a patient sender."""
    monkeypatch.setattr(deliveries, "Limits", functools.partial(Limits, wait=wait, total=max(wait, 0.6)))


def test_a_message_is_delivered_once(store: Settings, home: Path, endpoint: Endpoint) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    assert deliver_due(watches, store) == 1
    assert deliver_due(watches, store) == 0
    delivery = stored()
    assert delivery.delivered_at is not None
    assert (delivery.attempts, delivery.last_status, delivery.last_error) == (1, 204, None)
    assert delivery.next_attempt_at is None
    assert len(endpoint.received) == 1


def test_what_arrives_is_signed_and_the_very_body_that_was_stored(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    (got,) = endpoint.received
    assert got.body.decode() == BODY
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == "msg_e0"
    assert Webhook(sqlite_store.endpoint_secret("harbour", "e0")).verify(got.body, got.headers) == json.loads(BODY)
    assert abs(int(got.headers["webhook-timestamp"]) - time.time()) < 5


def test_after_a_failure_the_same_message_is_sent_again_with_a_new_time(
    store: Settings, home: Path, endpoint: Endpoint
) -> None:
    endpoint.replies = [Reply(500), Reply(200)]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, store)
    first = stored()
    assert (first.attempts, first.last_status, first.last_error, first.delivered_at) == (1, 500, "HTTP 500", None)
    assert 3 < waits(first) < 6
    assert deliver_due(watches, store) == 0, "it is not due yet"
    make_due()
    deliver_due(watches, store)
    assert stored().delivered_at is not None
    one, two = endpoint.received
    assert one.headers["webhook-id"] == two.headers["webhook-id"]
    assert one.body == two.body


def test_a_sender_that_died_after_sending_is_made_good_with_the_same_id(
    store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    watches = watch_of(home, endpoint)
    enqueue()
    monkeypatch.setattr(alerts, "record", lambda *_args, **_kwargs: False)  # the process ends here, so to speak
    deliver_due(watches, store)
    monkeypatch.undo()
    assert 50 < waits(stored()) < 61
    make_due()
    deliver_due(watches, store)
    assert [got.headers["webhook-id"] for got in endpoint.received] == ["msg_e0", "msg_e0"]
    assert (stored().attempts, stored().last_status) == (2, 204)


@pytest.mark.parametrize("reply", [Reply(hang=20), Reply(drip=0.05), Reply(200, size=10, hang=20)])
def test_an_endpoint_that_hangs_is_cut_off(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    hurry(monkeypatch)
    endpoint.replies = [reply]
    watches = watch_of(home, endpoint)
    enqueue()
    start = time.monotonic()
    deliver_due(watches, sqlite_store)
    assert time.monotonic() - start < 3
    delivery = stored()
    assert delivery.delivered_at is None
    assert delivery.last_status is None
    assert delivery.last_error
    assert 3 < waits(delivery) < 6


def test_one_that_hangs_does_not_hold_up_the_others(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch, wait=1.0)
    endpoint.replies = [Reply(hang=20)]
    with serving() as other:
        watches = watch_of(home, endpoint, other)
        enqueue("e0", "e1")
        start = time.time()
        deliver_due(watches, sqlite_store)
        assert other.received[0].at - start < 0.9
        assert stored("e1").delivered_at is not None
        assert stored("e0").delivered_at is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(sqlite_store: Settings, home: Path, endpoint: Endpoint, status: int) -> None:
    with serving() as inside:
        endpoint.replies = [Reply(status, {"location": inside.url})]
        watches = watch_of(home, endpoint)
        enqueue()
        deliver_due(watches, sqlite_store)
        assert inside.received == []
    assert stored().last_error == f"HTTP {status}"
    assert stored().next_attempt_at is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433"])  # noqa: S104
def test_a_private_address_is_refused_unless_it_is_allowed(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, host: str
) -> None:
    watches = watch_of(home, f"http://{host}:{endpoint.port}/", more="")
    enqueue()
    deliver_due(watches, sqlite_store)
    assert endpoint.received == []
    delivery = stored()
    assert delivery.delivered_at is None
    assert delivery.next_attempt_at is None, "trying again will not help"
    assert "no public address (see allow_private)" in (delivery.last_error or "")


def test_an_endpoint_that_is_gone_is_given_up(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(410)]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert (stored().last_status, stored().next_attempt_at, stored().delivered_at) == (410, None, None)


def test_the_tenth_failure_is_the_last(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(500)]
    watches = watch_of(home, endpoint)
    enqueue()
    for _ in range(12):
        make_due()
        deliver_due(watches, sqlite_store)
    assert len(endpoint.received) == 10
    assert (stored().attempts, stored().next_attempt_at) == (10, None)


def test_an_endpoint_that_was_taken_out_of_the_watch_file_is_not_told(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    enqueue()
    deliver_due(watch_of(home), sqlite_store)
    assert stored().last_error == "the endpoint is no longer in the watch file"
    assert stored().next_attempt_at is None
    enqueue("e1")
    deliver_due({}, sqlite_store)
    assert stored("e1").last_error == "the endpoint is no longer in the watch file"


@pytest.mark.parametrize("secret", [None, "", "whsec_", "whsec_!", "whsec_é", "a"])
def test_without_its_secret_nothing_is_sent(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    if secret is not None:
        monkeypatch.setenv("HOOK_SECRET", secret)
    watches = watch_of(home, endpoint, more='allow_private = true\nsecret_env = "HOOK_SECRET"')
    enqueue()
    deliver_due(watches, sqlite_store)
    assert endpoint.received == []
    assert stored().last_error == "the variable HOOK_SECRET holds no secret (whsec_ and base64)"
    with pytest.raises(EndpointGoneError):
        secret_of(watches["harbour"].alerts.endpoints[0], "harbour", sqlite_store)


def test_the_secret_of_the_variable_signs(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "whsec_aGFyYm91ci1jbGluaWNz")
    watches = watch_of(home, endpoint, more='allow_private = true\nsecret_env = "HOOK_SECRET"')
    enqueue()
    deliver_due(watches, sqlite_store)
    (got,) = endpoint.received
    Webhook("whsec_aGFyYm91ci1jbGluaWNz").verify(got.body, got.headers)


def test_a_huge_answer_is_not_read(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(500, size=50_000_000)]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert "larger than 100,000 bytes" in (stored().last_error or "")
    assert stored().next_attempt_at is not None


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [("120", 115, 121), ("9" * 400, 86_390, 86_401), ("²", 3, 6), ("soon", 3, 6), ("-5", 3, 6), ("", 3, 6)],
)
def test_retry_after_is_heeded_and_nonsense_in_it_is_not(  # noqa: PLR0917 - one case a row
    sqlite_store: Settings, home: Path, endpoint: Endpoint, retry_after: str, least: float, most: float
) -> None:
    endpoint.replies = [Reply(503, {"retry-after": retry_after})]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert stored().last_status == 503
    assert least < waits(stored()) < most


def test_retry_after_may_be_a_date(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    then = datetime.now(UTC) + timedelta(seconds=200)
    endpoint.replies = [Reply(503, {"retry-after": email.utils.format_datetime(then, usegmt=True)})]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert 190 < waits(stored()) < 201


def test_a_server_that_is_not_there_is_tried_again(sqlite_store: Settings, home: Path) -> None:
    with serving() as gone:
        url = gone.url
    watches = watch_of(home, url)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert "Connect" in (stored().last_error or "")
    assert 3 < waits(stored()) < 6


def test_a_bug_in_sending_costs_one_attempt_of_one_delivery(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(body: str, *, secret: str, message: str, now: datetime) -> dict[str, str]:
        if message == "msg_e0":
            raise RuntimeError("a bug")
        return sign(body, secret=secret, message=message, now=now)

    monkeypatch.setattr(deliveries, "sign", broken)
    watches = watch_of(home, endpoint, endpoint)
    enqueue("e0", "e1")
    deliver_due(watches, sqlite_store)
    assert stored("e1").delivered_at is not None
    assert stored("e0").last_error == "RuntimeError: a bug"
    assert 3 < waits(stored("e0")) < 6


def test_many_deliveries_are_worked_off_a_few_at_a_time(store: Settings, home: Path, endpoint: Endpoint) -> None:
    watches = watch_of(home, *[endpoint] * 11)
    enqueue(*(f"e{number}" for number in range(11)))
    assert [deliver_due(watches, store) for _ in range(3)] == [8, 3, 0]
    assert len({got.headers["webhook-id"] for got in endpoint.received}) == len(endpoint.received) == 11
