"""The page of the sources: how each is, what it missed, what could not be used, and what it costs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import SCHEMES, SIZES
from tests.browser.site import Site
from tests.browser.test_accessible import AXE, BAD, FOUND
from tests.browser.troubled import HOSTILE, trouble


@pytest.fixture(scope="module", autouse=True)
def _troubled(site: Site) -> None:
    trouble()


@pytest.fixture
def sources(open_page: OpenPage) -> Page:
    """The page with its cards."""
    page = open_page("/sources")
    expect(page.locator("#sources > li")).not_to_have_count(0)
    return page


def test_what_fails_is_told_first(sources: Page) -> None:
    expect(sources.locator("#verdict-title")).to_have_text("2 of 4 sources fail, wholly or in part")
    expect(sources.locator("#sources > li").first).to_have_attribute("data-source", "mastodon")


def test_a_source_that_fails_says_why_and_what_to_do(sources: Page) -> None:
    card = sources.locator("[data-source=mastodon]")
    for words in (
        "failing",
        "mastodon.example answered 503",
        "4 times in a row",
        "trouble",
        "uproar sources check demo/mastodon",
        "42 minutes",
    ):
        expect(card).to_contain_text(words)
    expect(sources.locator("[data-source=x]")).to_contain_text("refuses the login")


def test_what_was_not_read_is_drawn_and_listed(sources: Page) -> None:
    card = sources.locator("[data-source=mastodon]")
    expect(card.locator(".unread")).to_have_count(2)
    expect(card.get_by_role("img")).to_have_accessible_name(re.compile("2 gaps: 4 hours not read, 83.3% read"))
    card.get_by_text("2 gaps").click()
    expect(card.locator(".holes")).to_contain_text("mastodon.example did not answer")
    expect(sources.locator("[data-source=bluesky] .unread")).to_have_count(0)


def test_posts_an_hour_and_the_platforms_own_count_are_told(sources: Page) -> None:
    card = sources.locator("[data-source=x]")
    expect(card).to_contain_text("36 an hour")
    expect(card).to_contain_text("875 of 2,400 posts that the platform counted were read: 36.5%")


def test_dead_letters_are_text_with_their_reason(sources: Page) -> None:
    sources.locator("[data-source=mastodon]").get_by_role("button", name="2 dead letters").click()
    expect(sources).to_have_url(re.compile("source=mastodon"))
    letters = sources.locator("#letters > li")
    expect(letters).to_have_count(2)
    letters.filter(has_text="id: is not there").get_by_text("As it came").click()
    expect(letters.locator("pre").filter(has_text="window.hit")).to_have_text(HOSTILE)
    assert sources.locator("main :is(script, img)").count() == 0
    assert sources.evaluate("window.hit") is None


def test_the_budget_says_where_the_month_is_heading(sources: Page) -> None:
    budget = sources.locator("[data-account=x]")
    for words in ("8,100 of 10,000 posts (81%)", "running low", "1,900 left", "will be spent before"):
        expect(budget).to_contain_text(words)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious_where_much_goes_wrong(open_page: OpenPage, scheme: str, size: str) -> None:
    page = open_page("/sources", color_scheme=scheme, **SIZES[size])
    expect(page.locator("[data-account=x]")).to_be_visible()
    page.evaluate(AXE)
    assert [found for found in page.evaluate(FOUND) if found[0] in BAD] == []


def test_it_speaks_french_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/sources?ui=fr", viewport={"width": 390, "height": 844})
    expect(page.locator("#verdict-title")).to_have_text("2 sources sur 4 sont en échec, en tout ou en partie")
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
