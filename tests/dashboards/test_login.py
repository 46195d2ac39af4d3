"""Logging in and out, and what somebody would try who wants in without a password."""

import base64
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from starlette.testclient import TestClient

from dashboards import attempts, hashing
from dashboards.accounts import Role
from dashboards.app import make_app
from dashboards.login import own_path
from dashboards.own_site import MOST_BYTES
from dashboards.sessions import IDLE_SECONDS, MOST_SECONDS, RENEW_SECONDS
from tests.dashboards.accounts_given import PASSWORD, PASSWORDS, client_of, cookie, log_in, put_accounts
from tests.dashboards.accounts_given import cheap as hashed
from uproar.settings import Settings

HTML = {"accept": "text/html"}
HERE = {"origin": "http://localhost"}


@pytest.fixture
def client(place: Path) -> TestClient:
    """A browser at an installation with accounts."""
    put_accounts()
    return client_of(password=PASSWORD)


def known(client: TestClient) -> bool:
    """Whether the dashboard knows who this is."""
    return client.get("/api/v1/watches").status_code == 200


def test_a_person_is_sent_to_the_form_and_from_there_to_where_they_wanted_to_go(client: TestClient) -> None:
    sent = client.get("/alerts?watch=meadow&from=now-6h", headers=HTML)
    assert sent.status_code == 303
    form = client.get(sent.headers["location"])
    assert form.status_code == 200
    assert 'name="next" value="/alerts?watch=meadow&amp;from=now-6h"' in form.text
    assert "<script" not in form.text
    given = {"name": "vera", "password": PASSWORDS["vera"], "next": "/alerts?watch=meadow&from=now-6h"}
    answer = client.post("/login", data=given, headers=HERE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/alerts?watch=meadow&from=now-6h"
    assert known(client)
    assert "<bdi>vera</bdi>" in client.get("/").text
    assert client.get("/login?next=/alerts").headers["location"] == "/alerts", "nobody logs in twice"


def test_a_program_is_told_what_to_bring_and_a_browser_is_not_asked_in_a_window_of_its_own(client: TestClient) -> None:
    for headers, scheme in (
        ({}, "Basic"),
        ({"sec-fetch-mode": "cors"}, "Bearer"),
        ({"referer": "http://localhost/"}, "Bearer"),
        ({"cookie": "ui=fr"}, "Bearer"),
    ):
        answer = client.get("/api/v1/watches", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith(scheme), headers


def test_the_password_of_the_settings_logs_the_admin_in_whatever_name_they_give(client: TestClient) -> None:
    assert log_in(client, "", PASSWORD) == 303
    assert "<bdi>admin</bdi>" in client.get("/").text
    assert log_in(client_of(password=PASSWORD), "vera", PASSWORD) == 403, "her name is hers"


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


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("vera", "wrong"),
        ("nobody", PASSWORDS["vera"]),
        ("vera", ""),
        ("", ""),
        ("prometheus", "t" * 43),
        ("vera\r\nSet-Cookie: uproar=x", PASSWORDS["vera"]),
        ("v\u0435ra", PASSWORDS["vera"]),  # a Cyrillic e
        ("vera", "x" * 10_000),
        ("\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "x"),
        ("vera\0", PASSWORDS["vera"]),
    ],
)
def test_a_wrong_name_or_password_is_told_in_the_form_and_not_which_of_the_two(
    client: TestClient, name: str, password: str
) -> None:
    answer = client.post("/login", data={"name": name, "password": password}, headers=HERE)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "do not belong together" in answer.text
    assert password not in answer.text or not password or password == "x"
    assert not known(client)


def test_names_and_passwords_are_the_same_however_a_keyboard_composes_them(place: Path) -> None:
    put_accounts(lambda found: [replace(found[0], name="Zo\u00eb", secret=hashed("caf\u00e9 au lait"))])
    assert log_in(client_of(), "ZOE\u0308", "cafe\u0301 au lait") == 303
    assert log_in(client_of(), "zo\u00eb", "caf\u00e9 au lait") == 303


def test_what_a_name_says_is_text_in_the_form(client: TestClient) -> None:
    name = '"><script>alert(1)</script>'
    answer = client.post("/login", data={"name": name, "password": "x", "next": f"/{name}"}, headers=HERE)
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/\r\nLocation: https://evil.example",
        "/%0d%0a\n",
        "/ok\x00",
        "evil.example",
        " /",
        "",
        "/\u2215evil.example",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_to_another_site_after_logging_in(client: TestClient, wanted: str) -> None:
    assert own_path(wanted) == "/"
    given = {"name": "vera", "password": PASSWORDS["vera"], "next": wanted}
    answer = client.post("/login", data=given, headers=HERE)
    assert answer.headers["location"] == "/"
    assert set(answer.headers) >= {"set-cookie"}


def test_after_a_link_from_another_site_the_page_is_asked_for_again_with_the_cookie(client: TestClient) -> None:
    form = client.get("/login?next=/alerts", headers={"sec-fetch-site": "cross-site"}).text
    assert '<meta http-equiv="refresh" content="0;url=/alerts">' in form
    assert "http-equiv" not in client.get("/login?next=/alerts", headers={"sec-fetch-site": "same-origin"}).text


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
    ],
)
def test_no_other_site_logs_anybody_in_or_out(
    client: TestClient, path: str, headers: dict[str, str], status: int
) -> None:
    log_in(client)
    sent = {"content-type": "application/x-www-form-urlencoded", **headers}
    answer = client.post(path, content=b"name=vera&password=reads+the+charts", headers=sent)
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers
    assert known(client)


def test_a_form_that_is_too_long_or_no_form_is_refused_before_it_is_hashed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "_scrypt", lambda *_: pytest.fail("it was hashed"))
    form = {"content-type": "application/x-www-form-urlencoded", **HERE}
    million = b"name=vera&password=" + b"x" * 1_000_000
    assert len(million) > MOST_BYTES
    assert client.post("/login", content=million, headers=form).status_code == 413
    assert client.post("/login", content=b"&".join([b"a=b"] * 11), headers=form).status_code == 422
    assert client.post("/login", content=b"name=%ff&password=\xff", headers=form).status_code == 422
    long = b"name=vera&password=" + b"x" * (hashing.MOST_PASSWORD + 1)
    assert client.post("/login", content=long, headers=form).status_code == 403


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
        lambda found: [type(one)(one.name, one.role, hashed("a new password")) for one in found if not one.machine]
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


def test_wrong_passwords_run_out_for_an_address_and_the_right_one_waits_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_OF_ADDRESS", 3)
    for number in range(3):
        assert log_in(client, f"guess{number}", "x") == 403
    answer = client.post("/login", data={"name": "vera", "password": PASSWORDS["vera"]}, headers=HERE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= attempts.SECONDS + 1
    assert "Too many wrong passwords" in answer.text
    basic = client.get("/api/v1/watches", auth=("vera", PASSWORDS["vera"]))
    assert basic.status_code == 429
    assert client.get("/api/v1/watches", headers={"authorization": "Bearer " + "t" * 43}).status_code == 200


def test_an_unknown_name_is_hashed_like_a_known_one(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[tuple[object, ...]] = []

    def counted(password: bytes, salt: bytes, *cost: int) -> bytes:
        costs.append((len(password), len(salt), *cost))
        return bytes(32)

    monkeypatch.setattr(hashing, "_scrypt", counted)
    put_accounts(lambda found: [replace(found[0], secret=hashing.hash_password(PASSWORDS["vera"]))])
    costs.clear()
    log_in(client, "vera", "wrong")
    log_in(client, "nobody", "wrong")
    assert costs[0] == costs[1]
    assert len(costs) == 2
