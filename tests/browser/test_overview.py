"""The overview as a visitor meets it."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW, POSTS, WATCH
from uproar import database
from uproar.models import Cursor


def test_it_shows_the_figures(page: Page) -> None:
    expect(page.locator("#f-posts")).to_have_text(f"{POSTS:,}")
    expect(page.locator("#f-cancel")).to_have_text(re.compile(r"^[1-9]\d*$"))
    expect(page.locator("#f-share-note")).to_contain_text("95%")
    expect(page.locator("#simulated")).to_be_visible()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_is_dark_or_light_as_the_visitor_wants(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)")
    assert (sum(shade) < 384) == (scheme == "dark")


def test_a_hole_is_told_as_coverage_and_drawn(page: Page) -> None:
    expect(page.locator("#f-coverage-note")).to_contain_text("2 hours of the range not read (mastodon)")
    expect(page.locator("#marks")).to_contain_text("mastodon was not read")
    expect(page.locator("#f-alarm")).to_have_text("Quiet")  # one of four is not read


def test_a_source_that_nobody_asks_any_more_is_no_source_that_is_read(site: object, open_page: OpenPage) -> None:
    with database.writing() as session:
        session.get_one(Cursor, (WATCH, "bluesky")).next_due_at = NOW - timedelta(minutes=10)
    page = open_page()
    expect(page.locator("#source-list [data-state=late]")).to_contain_text("overdue")
    expect(page.locator("#f-coverage-note")).to_contain_text("overdue: bluesky")
    expect(page.locator("#f-coverage")).to_have_attribute("data-level", "bad")
