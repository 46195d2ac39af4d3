"""What travels with an alert, out of the tables: its reasons, and the posts that show it, until they are erased."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from tests.dashboards.given import put
from tests.workers.stream import NOW, find, spikes, watch_of
from uproar import database, erasing, posts
from uproar.incoming import Erasure, Incoming
from uproar.models import Correction, Delivery, Post, Quote
from uproar.settings import Settings

TEXT = "I have left Harbour Clinics, write to ana@mail.example"


def leave(minutes_before: float, **given: Any) -> int:
    """Store somebody who leaves."""
    given = {"watch": "harbour", "source": "a", "stage": "cancelled", "text": TEXT} | given
    return put(-minutes_before, start=NOW, **given)


def calm() -> None:
    """Ten hours in which now and then somebody leaves."""
    for minutes in range(600, 10, -40):
        leave(minutes)


@pytest.fixture
def strongest(store: Settings) -> int:
    """A burst; the id of the post that shows it best."""
    calm()
    for number in range(60):
        leave(2.9 - number / 75, score=0.5, concerns=["privacy"] if number % 2 else [])
    leave(2.5, score=0.99, voice=False)
    leave(2.5, score=0.98, speaker="press")
    leave(2.5, score=0.97, echo_of=1)
    return leave(2.5, score=0.95, url="https://a.example/7", lang="fr", source="b")


def test_an_alert_says_why(strongest: int, store: Settings, home: Path) -> None:
    find(watch_of(home), store)
    (spike,) = spikes("cancel")
    details = spike.details or {}
    assert details["voices"] == 63
    assert details["echoes"] == 1
    assert details["sources"][0] == {"name": "a", "count": 62, "share": 0.984}
    assert {one["name"] for one in details["languages"]} == {"en", "fr"}
    assert details["concerns"] == [{"name": "privacy", "count": 30, "before": 0.0}]
    assert details["window"]["seconds"] == spike.window_s
    assert (details["coverage"], details["gaps"]) == (1.0, [])
    assert details["baseline_days"] == pytest.approx(0.4, abs=0.1)
    assert details["dashboard"].endswith(f"/?watch=harbour&at={int(spike.changed_at.timestamp())}")
    assert len(details["posts"]) == 3
    assert details["posts"][0] == {
        "id": strongest,
        "url": "https://a.example/7",
        "text": "I have left Harbour Clinics, write to [address]",
    }


def test_posts_are_quoted_only_as_far_as_the_watch_file_allows(strongest: int, store: Settings, home: Path) -> None:
    watch = watch_of(home, '[alerts]\nposts = "none"\n')
    find(watch, store)
    (spike,) = spikes("cancel")
    assert (spike.details or {})["posts"] == []
    with database.reading() as session:
        assert session.exec(select(Quote)).all() == []


def test_what_only_refers_to_the_deal_or_was_corrected_is_not_quoted(store: Settings, home: Path) -> None:
    calm()
    quoted = {leave(2 + number / 10) for number in range(2)}
    referring = {leave(2, score=0.99) for _ in range(40)}
    corrected = {leave(2, score=0.99) for _ in range(40)}
    with database.writing() as session:
        for one in session.exec(select(Post)):
            if one.id in referring:
                one.matched = "referenced"
            if one.id in corrected:
                session.add(Correction(post_id=one.id, watch="harbour", created_at=NOW, stage="none", corrected_at=NOW))
    find(watch_of(home), store)
    (spike,) = spikes("cancel")
    assert quoted <= {one["id"] for one in (spike.details or {})["posts"]}
    assert not (referring | corrected) & {one["id"] for one in (spike.details or {})["posts"]}


def test_an_erased_post_leaves_the_details_and_the_messages(strongest: int, store: Settings, home: Path) -> None:
    find(watch_of(home), store)
    with database.writing() as session:
        native_id = session.get_one(Post, strongest).native_id
        erasing.erase(session, [Erasure("bluesky", native_id=native_id)], now=NOW, settings=store)
    (spike,) = spikes("cancel")
    assert [one["id"] for one in (spike.details or {})["posts"]].count(strongest) == 0
    assert len((spike.details or {})["posts"]) == 2
    with database.reading() as session:
        bodies = [one.body for one in session.exec(select(Delivery).where(Delivery.spike_id == spike.id))]
        assert bodies
        assert not any("https://a.example/7" in body for body in bodies)


def test_an_edited_post_is_no_longer_quoted(strongest: int, store: Settings, home: Path) -> None:
    find(watch_of(home), store)
    with database.writing() as session:
        stored = session.get_one(Post, strongest)
        item = Incoming(
            "bluesky", stored.native_id, "I stay after all", stored.created_at, edited_at=NOW + timedelta(minutes=1)
        )
        posts.save(session, [replace(item)], watch="harbour", source="b", now=NOW, settings=store)
    (spike,) = spikes("cancel")
    assert strongest not in {one["id"] for one in (spike.details or {})["posts"]}
