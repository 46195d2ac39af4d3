"""Where nothing is delivered: endpoints that refuse, are gone, or may not be asked."""

import email.utils
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from standardwebhooks import Webhook

from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import deliver_due, enqueue, stored, waits, watch_of
from uproar.settings import Settings
from workers.alerting.channels import UnusableEndpointError, require_secret, secret_of


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that answers 204 unless told otherwise."""
    with serving() as one:
        yield one


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
    assert 3 < waits(delivery) < 6, "once the watch file is mended, the message still arrives"
    assert "no public address (see allow_private)" in (delivery.last_error or "")


def test_an_endpoint_that_is_gone_is_given_up(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(410)]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert (stored().last_status, stored().next_attempt_at, stored().delivered_at) == (410, None, None)


def test_an_endpoint_that_was_taken_out_of_the_watch_file_is_not_told(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    enqueue()
    deliver_due(watch_of(home), sqlite_store)
    assert stored().last_error == "the endpoint is no longer in the watch file"
    assert 3 < waits(stored()) < 6
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
    wrong = (
        "holds no secret (whsec_ and base64)" if secret else "is not set; it should hold a secret (whsec_ and base64)"
    )
    assert stored().last_error == f"the variable HOOK_SECRET {wrong}"
    with pytest.raises(UnusableEndpointError):
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


def test_retry_after_holds_for_all_messages_to_an_endpoint(store: Settings, home: Path, endpoint: Endpoint) -> None:
    endpoint.replies = [Reply(429, {"retry-after": "120"}), Reply(204)]
    with serving() as other:
        watches = watch_of(home, endpoint, other)
        enqueue("one", "two", to="e0")
        enqueue("e1")
        assert deliver_due(watches, store) == 2
        assert (len(endpoint.received), len(other.received)) == (1, 1)
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=121)):
            assert deliver_due(watches, store) == 2
    assert len({got.headers["webhook-id"] for got in endpoint.received}) == 2


def test_retry_after_may_be_a_date(sqlite_store: Settings, home: Path, endpoint: Endpoint) -> None:
    then = datetime.now(UTC) + timedelta(seconds=200)
    endpoint.replies = [Reply(503, {"retry-after": email.utils.format_datetime(then, usegmt=True)})]
    watches = watch_of(home, endpoint)
    enqueue()
    deliver_due(watches, sqlite_store)
    assert 190 < waits(stored()) < 201


@pytest.mark.parametrize("secret", ["whpk_aGVsbG8=", "my secret password", "whsek_aGVsbG8=", "whsec_aGVs bG8="])
def test_what_a_receiver_would_read_in_another_way_is_no_secret(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("OPS_SECRET", secret)
    with pytest.raises(UnusableEndpointError, match="OPS_SECRET holds no secret"):
        require_secret("OPS_SECRET")
