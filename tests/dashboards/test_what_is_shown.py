"""What anybody is shown of a post, whatever platform it came from: text and link as they were, and no author."""

import json
from datetime import timedelta

import pytest
from sqlmodel import col, update
from starlette.testclient import TestClient

from tests.dashboards.given import NOON, put
from tests.dashboards.test_series import ask
from uproar import database
from uproar.erasing import erase
from uproar.incoming import Erasure
from uproar.models import Post
from uproar.settings import settings

PLATFORMS = ("x", "bluesky", "mastodon", "reddit", "hackernews")
AUTHOR = "the keyed hash of an account"
TEXT = "I've cancelled… <b>“Really”</b> 👋🏽\n\nSee https://example.org/?a=1&b=2 #gone"
LINK = "https://platform.example/somebody/1"


@pytest.fixture
def posted(client: TestClient, platform: str) -> int:
    id_ = put(0, source=platform, text=TEXT, url=LINK, stage="cancelled", author=AUTHOR)
    with database.writing() as session:
        session.exec(update(Post).where(col(Post.id) == id_).values(platform=platform, native_id="1"))
    return id_


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_text_is_as_it_was_written_and_leads_to_the_original(client: TestClient, posted: int) -> None:
    (told,) = ask(client, "posts")["posts"]
    assert (told["id"], told["text"], told["url"]) == (posted, TEXT, LINK)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_nobody_is_told_who_wrote_it(client: TestClient, posted: int) -> None:
    for path in ("posts", "series", "export/posts.jsonl", "export/posts.csv"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200
        assert AUTHOR not in answer.text, path
    assert not {name for name in ask(client, "posts")["posts"][0] if "author" in name or "user" in name}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.usefixtures("posted")
def test_what_its_platform_deleted_is_shown_nowhere_and_counts_nowhere(client: TestClient, platform: str) -> None:
    with database.writing() as session:
        gone = [Erasure(platform, native_id="1")]
        assert erase(session, gone, now=NOON + timedelta(hours=1), settings=settings()) == 1
    for path in ("posts", "series", "export/posts.jsonl", "export/posts.csv"):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200
        assert json.dumps("I've cancelled")[1:-1] not in answer.text, path
        assert LINK not in answer.text, path
    assert ask(client, "series")["totals"]["posts"] == 0
