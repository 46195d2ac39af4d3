"""Whatever a request says, it is answered: no parameter and no body of any route leads to a mistake of ours."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.app import make_app
from tests.dashboards.given import put
from tests.spikes import a_spike
from uproar import database

BIG = "9" * 30
PLACES = ("nan 2026-03-01T12:00:00Z 1", f"0 2026-03-01T12:00:00Z -{BIG}", "1e400 0001-01-01T00:00:00+14:00 1", "1 x 1")
VALUES = ("a\0b", BIG, "\uffff", "0001-01-01T00:00+14:00")
BODIES = (
    b"", b"null", b"[]", b"1", b"{", b"[" * 60_000, b"\xff", b'{"\\ud800": 1}', b'{"by": "\\ud800"}', b"9" * 5_000,
    b'{"by": "\\u0000"}', b'{"stage": 1e400}', b'{"stage": "none", "by": "\\u0000"}', b'{"concerns": ["\\u0000"]}',
    b'{"comment": "x", "for": "1d", "starts_at": "9999-12-31T00:00:00Z"}',
    b'{"comment": "x", "for": "1d", "starts_at": "0001-01-01T00:00:00+14:00"}',
    b'{"comment": "\\u0000", "for": "1d", "watch": "\\u0000"}', b'{"comment": "x", "ends_at": 1e300}',
    b'{"comment": "x", "for": "9999999999999999999999d"}', b'{"comment": "x", "for": "1d", "signal": "posts\\n"}',
)  # fmt: skip


@pytest.fixture
def asks(either: Path) -> Iterator[TestClient]:
    """A client of an installation with a post and a spike, which is told of mistakes instead of meeting them."""
    put(stage="cancelled", watch="meadow")
    with database.writing() as session:
        session.add(a_spike(watch="meadow"))
    with TestClient(make_app(), base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


def routes(method: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Path and parameters of each route of the API that is no stream."""
    for path, item in make_app().openapi()["paths"].items():
        if method in item and path != "/api/v1/live":
            yield path, item[method].get("parameters", [])


def filled(path: str, value: str = "1") -> str:
    """The path with a value in it."""
    for name in ("post_id", "spike_id", "silence_id", "delivery_id"):
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{form}", "csv")


def test_no_parameter_of_any_route_leads_to_a_mistake_of_ours(asks: TestClient) -> None:
    found = dict(routes("get"))
    assert {"/api/v1/posts", "/api/v1/deliveries", "/api/v1/export/evidence.zip"} <= found.keys()
    for path, parameters in found.items():
        assert asks.get(filled(path)).status_code < 500, path
        for name in (one["name"] for one in parameters if one["in"] == "query"):
            for value in (
                *VALUES,
                *(base64.urlsafe_b64encode(one.encode()).decode() for one in PLACES if name == "before"),
            ):
                answer = asks.get(filled(path), params={name: value})
                assert answer.status_code < 500, (path, name, value)
        if "_id}" in path:
            assert asks.get(filled(path, BIG)).status_code == 422, path


def test_no_body_of_any_route_leads_to_a_mistake_of_ours(asks: TestClient) -> None:
    found = [path for path, _ in routes("post")]
    assert len(found) > 4
    for path in found:
        for body in BODIES:
            answer = asks.post(filled(path), content=body, headers={"content-type": "application/json"})
            assert answer.status_code < 500, (path, body[:80])
            assert answer.json(), (path, body[:80])
