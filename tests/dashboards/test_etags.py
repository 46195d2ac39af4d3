"""Entity tags: what has not changed is not sent again, and what has changed always is."""

from datetime import timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put

ROUTES = (
    "watches", "series", "posts", "spikes", "annotations", "sources", "silences", "deliveries", "deadletters", "budget",
    "volumes", "openapi.json",
)  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_has_a_tag_and_is_not_sent_to_who_has_it(client: TestClient, route: str) -> None:
    put(0)
    with time_machine.travel(NOON + timedelta(minutes=9), tick=False):
        first = client.get(f"/api/v1/{route}")
        tag = first.headers["etag"]
        assert tag.startswith('W/"')
        for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
            again = client.get(f"/api/v1/{route}", headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert again.headers["cache-control"] == "no-cache"
            assert "content-type" not in again.headers
        other = client.get(f"/api/v1/{route}", headers={"If-None-Match": 'W/"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_a_new_post_and_the_passing_of_time_change_the_tag(client: TestClient) -> None:
    put(0)
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False) as clock:
        seen = [client.get("/api/v1/series?from=now-1h&to=now").headers["etag"]]
        put(0.2)
        seen.append(client.get("/api/v1/series?from=now-1h&to=now").headers["etag"])
        clock.shift(60)
        answer = client.get("/api/v1/series?from=now-1h&to=now", headers={"If-None-Match": seen[-1]})
        assert answer.status_code == 200
        seen.append(answer.headers["etag"])
    assert len(set(seen)) == 3


def test_a_refusal_has_no_tag(client: TestClient) -> None:
    answer = client.get("/api/v1/series?watch=nobody", headers={"If-None-Match": "*"})
    assert answer.status_code == 404
    assert "etag" not in answer.headers
