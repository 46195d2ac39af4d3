from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.app import make_app
from dashboards.bundles import WEB
from dashboards.commands import check, refuse_open_door
from uproar.errors import SettingsError
from uproar.settings import Settings


def client_of(given: Settings) -> TestClient:
    return TestClient(make_app(given), base_url="http://localhost")


def secret(**given: object) -> Settings:
    return Settings.model_validate({"password": "pässword", **given})


@pytest.mark.parametrize("host", ["localhost", "localhost:8767", "127.0.0.1:8767", "[::1]:8767", "watch.example.org"])
def test_our_own_names_are_answered(place: Path, host: str) -> None:
    client = client_of(Settings(public_url="https://watch.example.org"))
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "10.0.0.8", "", "[", "localhost@evil.example"]
)
def test_another_name_is_refused_so_that_nobody_rebinds_it(place: Path, host: str) -> None:
    answer = client_of(Settings()).get("/api/v1/watches", headers={"host": host})
    assert answer.status_code == 400
    assert "UPROAR_PUBLIC_URL" in answer.json()["detail"]


def test_on_every_address_a_literal_address_is_answered_and_a_strange_name_is_not(place: Path) -> None:
    client = client_of(secret(host="0.0.0.0"))  # noqa: S104 - nothing is bound here
    assert client.get("/health", headers={"host": "10.0.0.8:8767"}).status_code == 200
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/", "/api/v1/watches", "/api/v1/live", "/metrics", "/ready", "/nowhere"])
def test_everything_asks_for_the_password(place: Path, path: str) -> None:
    client = client_of(secret())
    for auth in (None, ("anybody", "password"), ("pässword", "")):
        answer = client.get(path, auth=auth)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_the_password_opens_the_door_and_the_sign_of_life_needs_none(place: Path) -> None:
    client = client_of(secret())
    assert client.get("/", auth=("anybody", "pässword")).status_code == 200
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Bearer x", "Basic cMOkc3N3b3Jk"])
def test_a_malformed_password_is_a_wrong_one(place: Path, header: str) -> None:
    assert client_of(secret()).get("/", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "watch.example.org"])  # noqa: S104 - nothing is bound
def test_off_loopback_it_refuses_to_start_without_a_password(host: str) -> None:
    with pytest.raises(SettingsError, match="UPROAR_PASSWORD"):
        refuse_open_door(Settings(host=host))
    with pytest.raises(SettingsError, match="UPROAR_PASSWORD"):
        refuse_open_door(secret(host=host, password=""))
    refuse_open_door(secret(host=host))


def test_the_doctor_hears_of_a_missing_password() -> None:
    findings = {finding.subject: finding for finding in check(Settings(host="0.0.0.0", port=0), [])}  # noqa: S104
    assert not findings["dashboard access"].ok
    assert "UPROAR_PASSWORD" in findings["dashboard access"].remedy


def test_the_page_needs_nothing_that_its_policy_forbids(place: Path) -> None:
    answer = client_of(Settings()).get("/")
    assert answer.headers["content-type"].startswith("text/html")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    for module in WEB.glob("*.js"):
        text = module.read_text()
        assert text.startswith("// @ts-check"), module
        for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"):
            assert risky not in text, module


def test_answers_of_every_kind_carry_the_security_headers(place: Path) -> None:
    client = client_of(Settings())
    for path in ("/", "/web/app.css", "/api/v1/watches", "/api/v1/series?from=x", "/nowhere", "/health", "/metrics"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
