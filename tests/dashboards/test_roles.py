"""What each role may do, on every route there is; whose name goes on record; and what is left behind by who leaves."""

import asyncio
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.sse import ServerSentEvent
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from dashboards.accounts import Role
from dashboards.app import make_app
from dashboards.commands import refuse_open_door, server_config
from dashboards.live import Live
from dashboards.own_site import SAFE
from tests.dashboards.accounts_given import PASSWORD, PASSWORDS, TOKEN, client_of, cookie, log_in, put_accounts
from tests.dashboards.given import put
from tests.dashboards.test_corrections import path as corrections_of
from uproar.errors import SettingsError
from uproar.settings import Settings

OPEN = {("GET", "/health"), ("GET", "/login"), ("POST", "/login"), ("POST", "/logout"), ("POST", "/ingest")}
BEARER = {"authorization": f"Bearer {TOKEN}"}


def known_routes(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every method and path of the application."""
    for route in routes:
        if isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/"
        elif isinstance(route, Route):
            for method in route.methods or set():
                yield method, prefix + re.sub(r"\{\w+\}", "1", route.path)
        else:  # a router that was included
            below = getattr(route, "routes", None) or route.original_router.routes  # type: ignore[attr-defined]
            yield from known_routes(below, prefix)


@pytest.fixture
def client(place: Path) -> TestClient:
    """A browser at an installation with accounts."""
    put_accounts()
    return client_of(password=PASSWORD)


def test_every_route_needs_somebody_and_those_that_change_something_need_an_analyst(client: TestClient) -> None:
    app = make_app(Settings.model_validate({"password": PASSWORD}))
    found = set(known_routes(app.routes)) | {
        (method.upper(), re.sub(r"\{\w+\}", "1", path))
        for path, item in app.openapi()["paths"].items()
        for method in item
    }
    assert {("POST", "/api/v1/posts/1/corrections"), ("GET", "/alerts"), ("GET", "/metrics")} <= found
    for method, path in sorted(found):
        answer = client.request(method, path)
        if (method, path) in OPEN or path == "/web/" or (method == "HEAD" and ("GET", path) in OPEN):
            continue
        assert answer.status_code == 401, (method, path)
        if method not in SAFE:
            refused = client.request(method, path, headers=BEARER)
            assert refused.status_code == 403, (method, path)
            assert "needs the role analyst; prometheus has the role viewer" in refused.json()["detail"]
    assert client.post("/ingest").status_code == 403, "it has a token of its own, and here it has none"


@pytest.mark.parametrize(
    "path", ["/healthz", "/health/", "/login/x", "/web", "/webs/x", "//login", "/login/../ready", "/ingest/"]
)
def test_what_only_looks_like_an_open_path_is_none(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401


def test_static_files_are_open_and_nothing_beside_them(client: TestClient) -> None:
    assert client.get("/web/app.css").status_code == 200
    for path in ("/web/../app.py", "/web/%2e%2e/app.py", "/web/..%2f..%2fdata/users", "/web//etc/passwd"):
        assert client.get(path).status_code in (401, 404), path


def test_a_token_or_a_password_reads_and_a_wrong_one_does_not(client: TestClient) -> None:
    assert client.get("/metrics", headers=BEARER).status_code == 200
    assert client.get("/metrics", auth=("vera", PASSWORDS["vera"])).status_code == 200
    assert client.get("/metrics", auth=("vera", PASSWORDS["vera"])).status_code == 200, "the second time without a hash"
    assert client.get("/metrics", auth=("anybody", PASSWORD)).status_code == 200
    for wrong in ("Bearer", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"Digest {TOKEN}", "Bearer \u00e9"):
        assert client.get("/metrics", headers={b"authorization": wrong.encode()}).status_code == 401, wrong


def test_what_authorization_says_goes_before_the_cookie(client: TestClient) -> None:
    log_in(client, "ada")
    assert client.post("/api/v1/spikes/1/ack", json={}).status_code == 404
    assert client.post("/api/v1/spikes/1/ack", json={}, headers=BEARER).status_code == 403


@pytest.mark.parametrize(("name", "status"), [("vera", 403), ("anton", 201), ("ada", 201)])
def test_a_viewer_corrects_nothing_and_the_others_do(client: TestClient, name: str, status: int) -> None:
    log_in(client, name)
    answer = client.post(corrections_of(put()), json={"stage": "none"})
    assert answer.status_code == status
    page = client.get("/").text
    assert f'"role":"{Role(list(PASSWORDS).index(name) + 1).word}"' in page


def test_the_name_on_record_is_that_of_the_account_whatever_a_client_says(client: TestClient) -> None:
    post_id = put()
    log_in(client, "anton")
    client.post(corrections_of(post_id), json={"stage": "none", "by": "ada"})
    assert client.get(corrections_of(post_id)).json()[0]["by"] == "anton"
    client.delete(corrections_of(post_id))
    assert [one["by"] for one in client.get(corrections_of(post_id)).json()] == ["anton", "anton"]
    silence = {"ends_at": "2099-01-01T00:00:00Z", "comment": "known", "by": "ada"}
    assert client.post("/api/v1/silences", json=silence).json()["created_by"] == "anton"
    answer = client.post("/api/v1/silences", json=silence, headers={"authorization": ""}, auth=("mo", PASSWORD))
    assert answer.json()["created_by"] == "admin"


def test_without_accounts_on_loopback_everybody_is_admin_and_says_who_they_are(place: Path) -> None:
    client = client_of()
    post_id = put()
    assert client.post(corrections_of(post_id), json={"stage": "none", "by": "Mo"}).status_code == 201
    assert client.get(corrections_of(post_id)).json()[0]["by"] == "Mo"
    assert '"role":"admin"' in client.get("/").text
    assert "/logout" not in client.get("/").text
    assert client.get("/login").headers["location"] == "/"


def test_an_account_that_is_made_while_it_runs_closes_the_door_and_taking_it_away_does_not_open_it(place: Path) -> None:
    client = client_of()
    assert client.get("/api/v1/watches").status_code == 200
    path = put_accounts()
    assert client.get("/api/v1/watches").status_code == 401
    path.unlink()
    assert client.get("/api/v1/watches").status_code == 401


def test_nothing_that_was_seen_logged_in_is_kept(client: TestClient) -> None:
    log_in(client)
    for path in ("/", "/api/v1/watches", "/api/v1/openapi.json", "/metrics", "/nowhere"):
        assert client.get(path).headers["cache-control"] == "no-store", path
    assert client.get("/login").headers["cache-control"] == "no-store" or client.get("/login").status_code == 303
    assert "no-store" not in client.get("/web/app.css").headers["cache-control"]


def test_a_stream_ends_when_its_session_does(client: TestClient) -> None:
    log_in(client)
    access = client.app.state.access  # type: ignore[attr-defined]
    known = access.by_cookie(cookie(client))
    assert access.holds(known)
    access.sessions.end(known.session, now=time.time())
    assert not access.holds(known)
    welcome = [True]

    async def heard() -> list[ServerSentEvent]:
        events = Live(dict, doubt=0.01).events(lambda: welcome[0])
        found = [await anext(events)]
        welcome[0] = False
        return found + [event async for event in events]

    assert [event.event for event in asyncio.run(asyncio.wait_for(heard(), 20))] == ["hello"]


@pytest.mark.parametrize("given", [{"host": "0.0.0.0"}, {"public_url": "https://watch.example.org"}])  # noqa: S104 - nothing is bound
def test_an_account_is_enough_to_be_reached_by_others_and_without_one_it_does_not_start(
    place: Path, given: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="uproar user add"):
        refuse_open_door(Settings.model_validate(given))
    put_accounts()
    refuse_open_door(Settings.model_validate(given))


def test_nobody_is_believed_who_says_where_a_request_came_from_unless_a_setting_names_them(place: Path) -> None:
    plain = server_config(make_app(), Settings())
    assert not plain.proxy_headers
    behind = server_config(make_app(), Settings(trusted_proxies="10.0.0.2,fd00::/8"))
    assert behind.proxy_headers
    assert behind.forwarded_allow_ips == "10.0.0.2,fd00::/8"
