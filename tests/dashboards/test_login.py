"""Logging in and out, and what somebody would try who wants in without a password."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards import attempts, hashing
from dashboards.login import own_path
from dashboards.own_site import MOST_BYTES
from tests.dashboards.accounts_given import PASSWORD, PASSWORDS, cheap, client_of, log_in, put_accounts

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
    put_accounts(lambda found: [replace(found[0], name="Zo\u00eb", secret=cheap("caf\u00e9 au lait"))])
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


def test_a_form_that_is_too_long_or_no_form_is_refused_before_it_is_cheap(
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
