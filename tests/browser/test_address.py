"""What a person chooses is in the address, and a link shows the same."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import PHONE
from tests.browser.panels import drawn_anew
from tests.browser.simulated import NOW, POSTS, WATCH
from tests.dashboards.given import put

ALL = f"{POSTS:,}"


def asked(page: Page) -> dict[str, list[str]]:
    """What the address says."""
    return parse_qs(urlsplit(page.url).query)


def loaded(page: Page, times: int = 1) -> None:
    """Wait until the page has shown its figures so often."""
    page.wait_for_function("times => Number(document.body.dataset.loaded ?? 0) >= times", arg=times)


def test_a_quick_range_is_in_the_address_a_link_shows_the_same_and_back_goes_back(page: Page) -> None:
    posts = page.locator("#f-posts")
    expect(posts).to_have_text(ALL)
    page.locator("#range-button").click()
    page.get_by_role("button", name="Latest 6 hours").click()
    expect(page).to_have_url(re.compile(r"\?from=latest-6h$"))
    expect(posts).not_to_have_text(ALL)
    shown = posts.inner_text()
    page.reload()
    expect(posts).to_have_text(shown)
    expect(page.locator("#range-text")).to_have_text("Latest 6 hours")
    page.go_back()
    expect(posts).to_have_text(ALL)
    expect(page.locator("#range-text")).to_have_text("Latest 24 hours")


def test_zooming_out_doubles_the_range_round_its_middle_and_shifting_moves_it_by_half(open_page: OpenPage) -> None:
    page = open_page("/?from=2026-03-03T04:00Z&to=2026-03-03T06:00Z&tz=utc")
    loaded(page)
    page.get_by_role("button", name="Zoom out").click()
    expect(page.locator("#range-text")).to_have_text("3 Mar 2026, 03:00 – 07:00")
    assert asked(page)["from"] == ["2026-03-03T03:00Z"]
    assert asked(page)["to"] == ["2026-03-03T07:00Z"]
    page.get_by_role("button", name="Half a range earlier").click()
    expect(page.locator("#range-text")).to_have_text("3 Mar 2026, 01:00 – 05:00")
    assert (asked(page)["from"], asked(page)["to"]) == (["2026-03-03T01:00Z"], ["2026-03-03T05:00Z"])
    page.get_by_role("button", name="Half a range later").click()
    expect(page.locator("#range-text")).to_have_text("3 Mar 2026, 03:00 – 07:00")
    assert (asked(page)["from"], asked(page)["to"]) == (["2026-03-03T03:00Z"], ["2026-03-03T07:00Z"])


@pytest.mark.parametrize(("tz", "start"), [("browser", "2026-03-03T02:00Z"), ("utc", "2026-03-03T04:00Z")])
def test_moments_are_written_in_the_zone_that_is_chosen(open_page: OpenPage, tz: str, start: str) -> None:
    page = open_page("/", timezone_id="Africa/Johannesburg")  # two hours before UTC, all year
    loaded(page)
    page.locator("#range-button").click()
    page.get_by_label("Time zone").select_option(tz)
    page.get_by_label("From", exact=True).fill("2026-03-03T04:00")
    page.get_by_label("To", exact=True).fill("2026-03-03T03:00")
    page.get_by_role("button", name="Show this range").click()
    expect(page.locator("#absolute-problem")).to_have_text("From must be earlier than to.")
    page.get_by_label("To", exact=True).fill("2026-03-03T05:00")
    page.get_by_role("button", name="Show this range").click()
    assert asked(page)["from"] == [start]
    expect(page.locator("#range-text")).to_have_text("3 Mar 2026, 04:00 – 05:00")
    assert asked(page).get("tz") == (["utc"] if tz == "utc" else None)


def test_several_values_of_a_variable_are_chosen_at_once_and_all_takes_them_back(page: Page) -> None:
    page.locator("[data-variable=source] > button").click()
    choices = page.locator("#source-choices")
    expect(choices.get_by_label("bluesky")).to_be_visible()
    for name in ("bluesky", "mastodon"):
        with drawn_anew(page):
            choices.get_by_label(name).check()
    assert asked(page)["source"] == ["bluesky", "mastodon"]
    expect(page.locator("[data-variable=source] .chosen")).to_have_text("bluesky, mastodon")
    posts = page.locator("#f-posts")
    expect(posts).not_to_have_text(ALL)
    shown = posts.inner_text()
    page.reload()
    expect(posts).to_have_text(shown)
    page.locator("[data-variable=source] > button").click()
    expect(page.locator("#source-choices").get_by_label("mastodon")).to_be_checked()
    page.locator("#source-choices").get_by_label("all").check()
    expect(posts).to_have_text(ALL)
    assert "source" not in asked(page)


def test_the_link_of_an_alert_shows_the_hours_around_it_and_its_posts(open_page: OpenPage) -> None:
    at = int((NOW - timedelta(hours=8)).timestamp())
    page = open_page(f"/?watch=demo&at={at}")
    loaded(page)
    expect(page.locator("#range-text")).to_have_text("2 Mar 2026, 19:00 – 3 Mar 2026, 07:00")
    expect(page.locator("#at")).to_be_visible()
    page.locator("#at").click()
    expect(page.locator("#at")).to_be_hidden()


def test_pages_hand_the_range_on(page: Page) -> None:
    page.goto("/?from=latest-6h&source=bluesky&sort=strongest")
    loaded(page)
    page.get_by_role("navigation").get_by_role("link", name="Quality").click()
    expect(page).to_have_url(re.compile(r"/quality\?from=latest-6h&source=bluesky$"))
    expect(page.locator("#range-text")).to_have_text("Latest 6 hours")


def test_nothing_is_asked_again_while_refresh_is_off(open_page: OpenPage) -> None:
    page = open_page("/?refresh=off")
    loaded(page)
    expect(page.locator("#connection-text")).to_have_text("Not refreshing")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    live = open_page("/")
    expect(live.locator("#connection")).to_have_attribute("data-state", "live")
    put(start=NOW, watch=WATCH, text="Heard by who listens")
    expect(live.locator("#list")).to_contain_text("Heard by who listens")
    assert requests == []
    page.get_by_role("button", name="Refresh now").click()
    loaded(page, 2)
    assert requests


WIDE = """() => [...document.querySelectorAll("main *, header :not(nav *)")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_fits_a_phone(open_page: OpenPage, lang: str) -> None:
    page = open_page(f"/?ui={lang}", **PHONE)
    loaded(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390, page.evaluate(WIDE)
    page.locator("#range-button").click()
    box = page.locator("#range-picker").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
