"""The overview as a visitor meets it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import POSTS


def test_it_shows_the_figures(page: Page) -> None:
    expect(page.locator("#f-posts")).to_have_text(f"{POSTS:,}")
    expect(page.locator("#f-cancel")).to_have_text(re.compile(r"^[1-9]\d*$"))
    expect(page.locator("#f-share-note")).to_contain_text("95%")
    expect(page.locator("#simulated")).to_be_visible()


def test_a_range_is_in_the_address_and_a_reload_shows_the_same(page: Page) -> None:
    page.get_by_label("6h").check()
    expect(page).to_have_url(re.compile(r"range=6h"))
    posts = page.locator("#f-posts")
    expect(posts).not_to_have_text(f"{POSTS:,}")  # that of the 24 hours before
    shown = posts.inner_text()
    page.reload()
    expect(posts).to_have_text(shown)
    expect(page.get_by_label("6h")).to_be_checked()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_is_dark_or_light_as_the_visitor_wants(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)")
    assert (sum(shade) < 384) == (scheme == "dark")
