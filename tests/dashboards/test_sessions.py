"""Sessions: how long they last, what ends them, and cookies that nobody gave out."""

import base64
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from starlette.testclient import TestClient

from dashboards.accounts import Role
from dashboards.app import make_app
from dashboards.sessions import IDLE_SECONDS, MOST_SECONDS, RENEW_SECONDS
from tests.dashboards.accounts_given import PASSWORD, PASSWORDS, cheap, client_of, cookie, log_in, put_accounts
from uproar.settings import Settings

HERE = {"origin": "http://localhost"}


@pytest.fixture
def client(place: Path) -> TestClient:
    """A browser at an installation with accounts."""
    put_accounts()
    return client_of(password=PASSWORD)


def known(client: TestClient) -> bool:
    """Whether the dashboard knows who this is."""
    return client.get("/api/v1/watches").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(place: Path) -> None:
    put_accounts()
    client = client_of()
    answer = client.post("/login", data={"name": "ada", "password": PASSWORDS["ada"]}, headers=HERE)
    name, *rules = answer.headers["set-cookie"].split("; ")
    assert name.startswith("uproar=")
    assert rules == ["Path=/", f"Max-Age={MOST_SECONDS}", "HttpOnly", "SameSite=Strict"]
    behind = client_of(public_url="https://watch.example.org")
    safe = {"host": "watch.example.org", "origin": "https://watch.example.org"}
    answer = behind.post("/login", data={"name": "ada", "password": PASSWORDS["ada"]}, headers=safe)
    assert answer.headers["set-cookie"].startswith("__Host-uproar=")
    assert answer.headers["set-cookie"].endswith("; Secure")


def test_logging_out_ends_the_session_for_every_copy_of_its_cookie_and_after_a_restart(client: TestClient) -> None:
    log_in(client)
    stolen = cookie(client)
    answer = client.post("/logout", headers={"content-type": "application/x-www-form-urlencoded", **HERE})
    assert answer.headers["location"] == "/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    for thief in (client_of(client.app), client_of(password=PASSWORD)):  # type: ignore[arg-type]
        thief.cookies.set("uproar", stolen)
        assert not known(thief)
    log_in(client)
    assert known(client), "another session of the same person"


def test_a_session_has_an_id_that_nobody_could_have_planted(client: TestClient) -> None:
    log_in(client)
    before = cookie(client)
    answer = client.post("/login", data={"name": "vera", "password": PASSWORDS["vera"]}, headers=HERE)
    assert before not in answer.headers["set-cookie"]
    given = {"cookie": f"uproar={before.replace('.', '.A')}", **HERE}
    answer = client.post("/login", data={"name": "vera", "password": PASSWORDS["vera"]}, headers=given)
    assert before.partition(".")[0] not in answer.headers["set-cookie"]


def test_a_session_ends_after_twelve_hours_without_use_and_after_seven_days_in_any_case(client: TestClient) -> None:
    begun = time.time()
    with time_machine.travel(begun, tick=False) as clock:
        log_in(client)
        unused = cookie(client)
        clock.shift(RENEW_SECONDS + 1)
        assert known(client)
        used = cookie(client)
        assert used != unused, "it is renewed by use"
        clock.move_to(begun + IDLE_SECONDS + 1)
        client.cookies.clear()
        client.cookies.set("uproar", unused)
        assert not known(client)
        client.cookies.set("uproar", used)
        for _ in range(MOST_SECONDS // (IDLE_SECONDS - 60)):
            assert known(client)
            clock.shift(IDLE_SECONDS - 60)
        clock.move_to(begun + MOST_SECONDS + 1)
        assert not known(client)


def forged(value: str, **lie: object) -> str:
    """A cookie that says something else, with the signature that it had."""
    body, _, signature = value.partition(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    fields = dict(zip(("name", "id", "begun", "seen", "stamp"), said, strict=True)) | lie
    return base64.urlsafe_b64encode(json.dumps(list(fields.values())).encode()).decode().rstrip("=") + "." + signature


def test_a_cookie_that_we_did_not_write_is_none(client: TestClient) -> None:
    log_in(client)
    good = cookie(client)
    body, _, signature = good.partition(".")
    bad = [forged(good, **lie) for lie in ({"name": "ada"}, {"name": "admin"}, {"seen": 2**40}, {"id": "x"})]
    bad += [body, f"{body}.", f".{signature}", f"{body}.{signature[:-2]}AA", f"{body}.{signature}.{signature}"]
    bad += ["", ".", "x" * 5000, f"{signature}.{body}", "e30.e30", "\u00e9.\u00e9"]
    for value in bad:
        answer = client_of(client.app).get(  # type: ignore[arg-type]
            "/api/v1/watches", headers={b"cookie": b"uproar=" + value.encode()}
        )
        assert answer.status_code == 401, value
    other = client_of(make_app(Settings.model_validate({"password": PASSWORD, "secret_key": "another key altogether"})))
    other.cookies.set("uproar", good)
    assert not known(other), "another installation's cookie"


def test_who_was_removed_or_got_another_password_is_out_at_once_and_another_role_holds_at_once(
    client: TestClient,
) -> None:
    log_in(client, "anton")
    assert known(client)
    put_accounts(lambda found: [one for one in found if one.name != "anton"])
    assert not known(client)
    put_accounts()
    assert known(client)
    put_accounts(
        lambda found: [type(one)(one.name, one.role, cheap("a new password")) for one in found if not one.machine]
    )
    assert not known(client)
    put_accounts(lambda found: [replace(one, role=Role.VIEWER) for one in found])
    assert client.post("/api/v1/spikes/1/ack", json={}).status_code == 403


def test_the_admins_sessions_end_with_their_password(client: TestClient) -> None:
    log_in(client, "admin", PASSWORD)
    kept = cookie(client)
    other = client_of(password="another password")
    other.cookies.set("uproar", kept)
    assert not known(other)
