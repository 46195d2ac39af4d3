"""How a webhook is signed, and when it is tried again."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from uproar.settings import Settings
from workers.alerting.webhooks import WAITS, is_success, next_wait, sign

SECRET = "whsec_aGFyYm91ci1jbGluaWNz"
PREVIOUS = "whsec_aXQtd2FzLWJlZm9yZQ=="


def signed(text: str = "{}", secret: str = SECRET, now: datetime | None = None) -> dict[str, str]:
    return sign(text, secrets=[secret], message="msg_1", now=now or datetime.now(UTC))


@pytest.mark.parametrize("text", ["{}", '{"é": "“voilà”"}'])
def test_the_library_of_standard_webhooks_accepts_the_signature(text: str) -> None:
    assert Webhook(SECRET).verify(text, signed(text)) == json.loads(text)


def test_another_body_secret_id_or_time_is_refused() -> None:
    good = signed()
    another = Webhook("whsec_YW5vdGhlci1zZWNyZXQ=")
    old = signed(now=datetime.now(UTC) - timedelta(minutes=6))
    for library, text, headers in (
        (Webhook(SECRET), '{"a":1}', good),
        (another, "{}", good),
        (Webhook(SECRET), "{}", {**good, "webhook-id": "msg_2"}),
        (Webhook(SECRET), "{}", {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}),
        (Webhook(SECRET), "{}", old),
    ):
        with pytest.raises(WebhookVerificationError):
            library.verify(text, headers)


def test_the_secret_that_is_made_for_an_endpoint_signs_and_is_its_own() -> None:
    chosen = Settings(secret_key="of the harbour, and long")
    secrets = {chosen.endpoint_secret("harbour", "ops"), chosen.endpoint_secret("harbour", "pager"),
               chosen.endpoint_secret("other", "ops")}  # fmt: skip
    assert len(secrets) == 3
    secret = chosen.endpoint_secret("harbour", "ops")
    assert Webhook(secret).verify("{}", signed(secret=secret)) == {}


def test_while_a_secret_is_being_changed_the_old_one_and_the_new_one_are_both_good() -> None:
    headers = sign("{}", secrets=[SECRET, PREVIOUS], message="msg_1", now=datetime.now(UTC))
    assert len(headers["webhook-signature"].split(" ")) == 2
    for one in (SECRET, PREVIOUS):
        assert Webhook(one).verify("{}", headers) == {}
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_YW5vdGhlci1zZWNyZXQ=").verify("{}", headers)


@pytest.mark.parametrize(
    ("status", "good"),
    [(status, 200 <= status < 300) for status in (100, 199, 200, 201, 202, 204, 299, 300, 301, 308, 410, 500)],
)
def test_only_a_2xx_is_a_success(status: int, *, good: bool) -> None:
    assert is_success(status) is good


@pytest.mark.parametrize("status", [None, 100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 502, 503])
def test_everything_else_is_tried_again(status: int | None) -> None:
    assert next_wait(status, attempt=1, chance=0.5, retry_after=None) == 5.0


def test_gone_is_the_end() -> None:
    assert next_wait(410, attempt=1, chance=0.5, retry_after=60) is None


def test_ten_attempts_span_75_hours_and_then_it_is_given_up() -> None:
    waits = [next_wait(500, attempt=attempt, chance=0.5, retry_after=None) for attempt in range(1, 12)]
    assert waits[9:] == [None, None]
    assert sum(wait or 0 for wait in waits) == sum(WAITS) == pytest.approx(75 * 3_600, rel=0.01)
    assert waits[:9] == sorted(waits[:9], key=lambda wait: wait or 0)


@pytest.mark.parametrize("chance", [0.0, 0.5, 0.999])
def test_jitter_moves_a_wait_by_a_tenth_at_most(chance: float) -> None:
    wait = next_wait(500, attempt=3, chance=chance, retry_after=None)
    assert wait is not None
    assert 1_620 <= wait <= 1_980


@pytest.mark.parametrize(
    ("retry_after", "wait"), [(None, 5.0), (1.0, 5.0), (120.0, 120.0), (1e9, 86_400.0), (float("inf"), 86_400.0)]
)
def test_a_later_retry_after_wins_up_to_a_day(retry_after: float | None, wait: float) -> None:
    assert next_wait(503, attempt=1, chance=0.5, retry_after=retry_after) == wait


def test_retry_after_does_not_lengthen_the_number_of_attempts() -> None:
    assert next_wait(429, attempt=10, chance=0.5, retry_after=5) is None
