"""What a post says stays text, whatever it says."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW, WATCH
from tests.dashboards.given import put

HOSTILE: list[str] = json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8"))
PAGE = 10  # posts that the overview asks for at once
HARMLESS = "A post with a link to where it stands"
MADE = "#list :is(script, style, link, img, svg, iframe, object, embed, form, input, base, meta, template, b, math)"


@pytest.fixture
def posted(site: object) -> None:
    """Each of them is among the newest posts, its first letters marked as what decided."""
    assert len(set(HOSTILE)) >= 40
    put(start=NOW, watch=WATCH, text=HARMLESS, url="https://social.example/1")
    for text in HOSTILE:
        put(
            start=NOW,
            watch=WATCH,
            text=text,
            stage="cancelled",
            evidence=_first(text, 8),
            url="javascript:window.hit=0",
        )


def _first(text: str, length: int) -> list[dict[str, object]]:
    return [{"start": 0, "end": length, "text": text[:length], "rule": "<script>window.hit = 99</script>"}]


@pytest.fixture
def listed(posted: None, open_page: OpenPage) -> Page:
    """The overview with all of them in its list."""
    page = open_page("/?from=latest-1m")
    texts = page.locator("#list .text")
    for shown in range(PAGE, len(HOSTILE) + 1, PAGE):
        expect(texts).to_have_count(shown)
        page.locator("#more").click()
    expect(texts).to_have_count(len(HOSTILE) + 1)
    return page


def test_hostile_posts_stay_text(listed: Page) -> None:
    page = listed
    texts = page.locator("#list .text")
    assert sorted(texts.evaluate_all("all => all.map(one => one.textContent)")) == sorted([HARMLESS, *HOSTILE])
    assert page.locator(MADE).count() == 0
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.body.scrollWidth <= innerWidth")


def test_no_link_of_a_post_runs_a_script(listed: Page) -> None:
    links = listed.locator("#list a").evaluate_all("all => all.map(one => one.href)")
    assert links == ["https://social.example/1"]
