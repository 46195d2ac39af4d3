"""`uproar alerts` and `uproar deliveries`, as they are typed."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from standardwebhooks import Webhook

from tests.spikes import a_spike
from tests.workers.endpoint import Endpoint, Reply, serving
from tests.workers.outbox import deliver_due, stored, watch_of
from uproar import database, deliveries, endpoints, silences
from uproar.errors import UproarError
from uproar.models import Spike
from uproar.settings import Settings
from uproar.watch import load_watch
from workers.alerting import alerts as alerts_module
from workers.alerting import checks, deliveries_command
from workers.alerting.alerts import alerts
from workers.alerting.listing import COLUMNS


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A server that answers 204 unless told otherwise."""
    with serving() as one:
        yield one


def run(*arguments: str, group: Any = alerts) -> Result:
    result = CliRunner().invoke(group, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(*arguments: str, group: Any = alerts) -> list[str]:
    result = run(*arguments, group=group)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def put(**changes: Any) -> int:
    now = datetime.now(UTC)
    with database.writing() as session:
        spike = a_spike(**{"started_at": now, "changed_at": now, **changes})
        session.add(spike)
        session.flush()
        messages = [deliveries.Message(f"msg_{spike.id}_{name}", name, "firing", "{}") for name in ("e0", "e1")]
        deliveries.enqueue(session, spike, messages, now=now)
        return spike.id or 0


def test_the_list_shows_what_goes_on_and_what_is_recent_and_what_became_of_the_messages(store: Settings) -> None:
    assert lines("list")[-1] == "There are no alerts that go on or are of the last day."
    old = datetime.now(UTC) - timedelta(days=9)
    first = put(started_at=old, changed_at=old, held="silence 4")
    second = put(started_at=old, changed_at=old, resolved_at=old, state="resolved")
    head, shown, learns = lines("list")
    assert tuple(head.split()) == COLUMNS
    assert re.fullmatch(
        rf"{first} +firing +\S+ \S+  - +harbour +cancel +42 in 10 min, expected 3.5  "
        r"e0 \(pending\), e1 \(pending\), held: silence 4",
        shown,
    )
    assert learns.startswith("watch harbour: nothing is counted yet; alarms by experience begin an hour after")
    assert [line.split()[0] for line in lines("list", "--all")[1:3]] == [str(second), str(first)]
    assert lines("list", "--all", "--watch", "other") == ["There are no alerts."]
    (row,) = json.loads("\n".join(lines("list", "--json")))
    assert (row["id"], row["deliveries"]) == (first, {"pending": 2, "failed": 0, "delivered": 0})
    assert row["endpoints"] == {"e0": "pending", "e1": "pending"}


def test_a_disabled_endpoint_is_told_of_and_enabled(store: Settings, home: Path, endpoint: Endpoint) -> None:
    watch = watch_of(home, endpoint)["harbour"]
    with database.writing() as session:
        endpoints.disable(session, watch.alerts.endpoints[0], watch="harbour", reason="HTTP 410", now=datetime.now(UTC))
    assert any("endpoint harbour/e0 is disabled since" in line for line in lines("list"))
    found, _ = checks.check(store, [watch])
    assert (found.ok, found.detail) == (False, "disabled: HTTP 410")
    assert "uproar alerts enable e0 --watch harbour" in found.remedy
    assert lines("enable", "e0") == ["harbour/e0 is told again."]
    assert lines("enable", "e0") == ["harbour/e0 was not disabled."]
    assert [one.ok for one in checks.check(store, [watch])] == [True, True]


def test_an_acknowledgement_says_who_and_the_first_one_stands(store: Settings) -> None:
    number = put()
    assert lines("ack", str(number), "--by", "Mo") == ["harbour, cancel: acknowledged by Mo."]
    assert lines("ack", str(number), "--by", "Bo") == ["harbour, cancel: acknowledged by Mo."]
    assert "acknowledged by Mo" in lines("list")[1]
    with database.reading() as session:
        assert session.get_one(Spike, number).acknowledged_severity == "warning"
    assert lines("unack", str(number)) == ["harbour, cancel: no longer acknowledged."]
    assert "acknowledged" not in lines("list")[1]
    with pytest.raises(UproarError, match="is acknowledged"):
        run("unack", str(number))
    over = put(resolved_at=datetime.now(UTC), state="resolved")
    for gone in (over, 999):
        with pytest.raises(UproarError, match=f"There is no spike {gone} that goes on"):
            run("ack", str(gone))


@pytest.mark.parametrize("command", ["ack", "unsilence"])
def test_a_number_that_no_row_can_have_is_refused(store: Settings, command: str) -> None:
    assert CliRunner().invoke(alerts, [command, "9" * 30]).exit_code == 2
    assert CliRunner().invoke(deliveries_command.group, ["retry", "9" * 30]).exit_code == 2


def test_silences_are_made_listed_and_ended(store: Settings) -> None:
    assert lines("silences") == ["There are no silences."]
    (made,) = lines(
        "silence", "--watch", "harbour", "--signal", "concern:*", "--for", "1h30m", "--comment", "known", "--by", "Mo"
    )
    assert re.fullmatch(r"1  until \S+Z  harbour, concern:\*: known \(Mo\)", made)
    assert lines("silences") == [made]
    (row,) = json.loads("\n".join(lines("silences", "--json")))
    assert datetime.fromisoformat(row["ends_at"]) - datetime.fromisoformat(row["starts_at"]) == timedelta(minutes=90)
    assert lines("unsilence", "1")[0].startswith("1  ended ")
    assert lines("silences") == ["There are no silences."]
    assert len(lines("silences", "--all")) == 1
    with pytest.raises(UproarError, match="There is no silence 1 that could be ended"):
        run("unsilence", "1")


@pytest.mark.parametrize("lasts", ["", "0m", "2", "h", "2 hours", "-1h", "99999999h", "1m2h"])
def test_a_silence_of_no_proper_length_is_refused(sqlite_store: Settings, lasts: str) -> None:
    with pytest.raises(UproarError, match="--for: "):
        run("silence", "--for", lasts, "--comment", "x")
    with database.reading() as session:
        assert silences.listed(session) == []


@pytest.mark.parametrize(
    "arguments", [["--watch", "hrabour"], *(["--signal", one] for one in ("concern:", "*", "cancels"))]
)
def test_a_silence_of_what_is_not_there_is_refused(sqlite_store: Settings, arguments: list[str]) -> None:
    with pytest.raises(UproarError):
        run("silence", "--for", "2h", "--comment", "x", *arguments)


def test_a_test_message_is_signed_and_says_that_it_is_one(
    sqlite_store: Settings, home: Path, endpoint: Endpoint
) -> None:
    watch_of(home, endpoint)
    (said,) = lines("test", "e0")
    assert re.fullmatch(r"ok  harbour/e0  HTTP 204 after \d+\.\d\d s", said)
    (got,) = endpoint.received
    message: Any = Webhook(lines("secret", "e0")[0]).verify(got.body, got.headers)
    assert (message["uproar"]["event"], message["uproar"]["test"]) == ("test", True)
    assert message["commonLabels"]["alertname"] == "UproarTest"
    assert message["groupLabels"]["signal"] == "test", "it does not pass for a spike that goes on"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(401), "HTTP 401 after"),
        (Reply(302), "HTTP 302 after"),
        (Reply(raw=b""), "no answer after"),
    ],
)
def test_a_test_that_fails_says_why_and_ends_with_1(
    sqlite_store: Settings, home: Path, endpoint: Endpoint, reply: Reply, said: str
) -> None:
    endpoint.replies = [reply]
    watch_of(home, endpoint)
    result = run("test", "e0")
    assert result.exit_code == 1
    assert "FAILED  harbour/e0" in result.output
    assert said in result.output


def test_an_endpoint_that_is_not_there_or_there_twice_is_not_guessed(sqlite_store: Settings, home: Path) -> None:
    watch_of(home, "https://a.example/")
    with pytest.raises(UproarError, match=r"There is no endpoint 'ops'\. Endpoints: e0 \(--watch harbour\)\."):
        alerts_module.find_endpoint("ops", None)
    text = (home / "watches" / "harbour.toml").read_text()
    (home / "watches" / "b.toml").write_text(text.replace('"harbour"', '"b"'))
    with pytest.raises(UproarError, match="Several watches have an endpoint 'e0'"):
        alerts_module.find_endpoint("e0", None)
    assert alerts_module.find_endpoint("e0", "b")[0].name == "b"


def test_doctor_says_what_is_wrong_with_an_endpoint(
    sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(
        path.read_text()
        + '[[alerts.endpoints]]\nname = "chat"\napprise_env = "CHAT_URL"\nfallback = true\n'
        + '[[alerts.endpoints]]\nname = "ops"\nurl = "https://8.8.8.8/"\nprevious_secret_env = "OLD"\nfallback = true\n'
    )
    watch = load_watch(path)
    found = {one.subject: one for one in checks.check(sqlite_store, [watch])}
    assert "CHAT_URL is not set" in found["endpoint harbour/chat"].detail
    assert "OLD is not set" in found["endpoint harbour/ops"].detail
    monkeypatch.setenv("CHAT_URL", "nonsense://secret-token")
    monkeypatch.setenv("OLD", "whsec_aGFyYm91cg==")
    found = {one.subject: one for one in checks.check(sqlite_store, [watch])}
    assert "CHAT_URL cannot be used" in found["endpoint harbour/chat"].detail
    assert "secret-token" not in found["endpoint harbour/chat"].detail
    assert found["endpoint harbour/ops"].ok
    assert not list(sqlite_store.data_dir.glob("secret.key")), "to look makes no key"
    assert list(checks.check_watch(watch)) == [
        "alerts.endpoints: all are `fallback`, so nobody is told of anything; one must not be"
    ]


def test_deliveries_are_listed_and_sent_again(store: Settings, home: Path, endpoint: Endpoint) -> None:
    group = deliveries_command.group
    assert lines("list", group=group) == ["There are no deliveries."]
    endpoint.replies = [Reply(410)]
    watches = watch_of(home, endpoint)
    put()
    deliver_due(watches, store)
    first, second = lines("list", group=group)[::-1]
    assert "failed    harbour/e0  firing of spike 1, 1 attempt: HTTP 410" in first
    assert "pending   harbour/e1" in second
    assert lines("list", "--state", "failed", group=group) == [first]
    (row,) = json.loads("\n".join(lines("list", "--endpoint", "e0", "--json", group=group)))
    assert (row["state"], row["last_status"], row["body"]) == ("failed", 410, "{}")
    assert lines("retry", "--failed", "--watch", "other", group=group) == ["0 to be sent again."]
    assert lines("retry", "--failed", "--endpoint", "e0", group=group) == ["1 to be sent again."]
    assert lines("retry", "--pending", "--endpoint", "e0", group=group) == ["0 to be sent again."]
    endpoint.replies = [Reply(204)]
    deliver_due(watches, store)
    assert stored("e0", "msg_1_e0").delivered_at is not None
    with pytest.raises(UproarError, match="was delivered; it is not sent twice"):
        run("retry", "1", group=group)
    with pytest.raises(UproarError, match="There is no delivery 99"):
        run("retry", "99", group=group)
    for wrong in (["retry"], ["retry", "1", "--failed"]):
        assert run(*wrong, group=group).exit_code == 2


def test_of_two_endpoints_of_one_name_that_of_the_watch_that_is_on_is_meant(sqlite_store: Settings, home: Path) -> None:
    watch_of(home, "https://a.example/")
    text = (home / "watches" / "harbour.toml").read_text()
    (home / "watches" / "b.toml").write_text("enabled = false\n" + text.replace('"harbour"', '"b"'))
    assert alerts_module.find_endpoint("e0", None)[0].name == "harbour"
