"""Who may change something: our own page and programs, and no page of another site."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards import notifications
from dashboards.app import make_app
from dashboards.corrections import router
from dashboards.own_site import MOST_BYTES, SAFE, OwnSiteRoute
from tests.dashboards.given import put
from tests.dashboards.test_corrections import correct, path
from uproar.settings import settings


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost:3000"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, False),
        ({"sec-fetch-site": ""}, False),
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://watch.example.org"}, True),
        ({"origin": "http://localhost:3000"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://["}, False),
    ],
)
def test_a_page_of_another_site_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], *, allowed: bool
) -> None:
    monkeypatch.setenv("UPROAR_PUBLIC_URL", "https://watch.example.org")
    settings.cache_clear()
    client = TestClient(make_app(), base_url="http://localhost")
    post_id = put()
    assert client.post(path(post_id), json={"stage": "none"}, headers=headers).status_code == (201 if allowed else 403)
    assert bool(client.get(path(post_id), headers=headers).json()) is allowed, "reading is a matter of the Host"
    correct(client, post_id, stage="none")
    assert client.delete(path(post_id), headers=headers).status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jso"],
)
def test_what_a_form_of_another_site_could_send_is_refused(client: TestClient, kind: str) -> None:
    post_id = put()
    answer = client.post(path(post_id), content=b'{"stage": "none"}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert client.get(path(post_id)).json() == []
    good = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.post(path(post_id), content=b'{"stage": "none"}', headers=good).status_code == 201


def test_a_body_without_end_is_cut_off(client: TestClient) -> None:
    post_id = put()
    big = b'{"stage": "none", "note": "' + b" " * MOST_BYTES + b'"}'
    answer = client.post(path(post_id), content=big, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    parts = (b" " * 4096 for _ in range(MOST_BYTES))
    assert client.post(path(post_id), content=parts, headers={"content-type": "application/json"}).status_code == 413


def test_another_host_or_no_password_changes_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_PASSWORD", "open")
    settings.cache_clear()
    client = TestClient(make_app(), base_url="http://localhost")
    post_id = put()
    assert client.post(path(post_id), json={"stage": "none"}).status_code == 401
    assert client.delete(path(post_id)).status_code == 401
    auth = ("anybody", "open")
    rebound = client.post(path(post_id), json={"stage": "none"}, headers={"host": "evil.example"}, auth=auth)
    assert rebound.status_code == 400
    assert client.post(path(post_id), json={"stage": "none"}, auth=auth).status_code == 201


def test_every_route_that_changes_something_looks_where_a_request_comes_from_or_asks_for_the_token(
    place: Path,
) -> None:
    changing = {
        (route, method)
        for route, item in make_app().openapi()["paths"].items()
        for method in item
        if method.upper() not in SAFE
    }
    guarded = {
        (f"/api/v1{route.path}", method.lower())
        for route in (*router.routes, *notifications.router.routes)
        if isinstance(route, OwnSiteRoute)
        for method in (route.methods or set()) - SAFE
    }
    with_token = {("/ingest", "post")}  # which no browser sends by itself
    assert changing == guarded | with_token
    assert guarded
