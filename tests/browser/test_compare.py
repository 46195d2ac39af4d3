"""Two deals side by side, counted from what happened to each."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.deals import OTHER, add_other
from tests.browser.site import Site

BOTH = f"/compare?watch=demo&other={OTHER}&tz=utc"


@pytest.fixture(autouse=True)
def both(site: Site) -> None:
    """There is a second deal."""
    add_other(site.folder)


def shown(page: Page, name: str) -> list[str]:
    """The cells of a row of the table of figures."""
    expect(page.locator("#rows tr").first).to_be_visible()
    row = page.locator("#rows tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))
    return row.locator("td").all_inner_texts()


def test_both_deals_are_shown_with_intervals_and_what_can_be_told(open_page: OpenPage) -> None:
    page = open_page(f"{BOTH}&before=1h&after=6h")
    one, other, verdict = shown(page, "Cancel share")
    assert re.fullmatch(r"[\d.]+% \([\d.]+% – [\d.]+%\)", one)
    assert re.fullmatch(r"[\d.]+% \([\d.]+% – [\d.]+%\)", other)
    assert verdict == "higher at A"
    expect(page.locator("#conclusion")).to_contain_text("it is higher at A")


def test_where_intervals_overlap_the_page_says_that_no_difference_can_be_told(open_page: OpenPage) -> None:
    page = open_page(f"/compare?watch={OTHER}&other={OTHER}&otherzero=2026-03-02T08:00Z&before=0h&after=5h")
    assert shown(page, "Cancel share")[2] == "no difference can be told"
    expect(page.locator("#conclusion")).to_contain_text("the intervals overlap, no difference can be told")
    assert shown(page, "Posts")[:2] == ["38", "37"]


def test_what_is_compared_is_in_the_address_and_a_link_shows_the_same(open_page: OpenPage) -> None:
    page = open_page(BOTH)
    posts = shown(page, "Posts")
    page.locator("#preset").select_option("1h 6h")
    expect(page).to_have_url(re.compile(r"before=1h&after=6h"))
    page.get_by_label("Per 1,000 posts").check()
    page.locator("#zero-b").select_option(label="The founder speaks – 2 Mar 2026, 08:00")
    expect(page).to_have_url(re.compile(r"otherzero=2026-03-02T08%3A00Z"))
    expect(page.locator("#note-b")).to_contain_text("posts from −7h")
    assert parse_qs(urlsplit(page.url).query)["per"] == ["1000"]
    changed = shown(page, "Posts")
    assert changed != posts
    page.reload()
    assert shown(page, "Posts") == changed
    expect(page.get_by_label("Per 1,000 posts")).to_be_checked()
    expect(page.locator("#before")).to_have_value("1h")
    page.go_back()
    page.go_back()
    page.go_back()
    expect(page.locator("#preset")).to_have_value("")


def test_charts_count_from_the_event(open_page: OpenPage) -> None:
    page = open_page(f"{BOTH}&before=2h&after=8h")
    chart = page.locator("[data-chart=compare-cancel]")
    expect(chart.locator(".sr").first).to_contain_text("from − 2 hours to + 8 hours after the event")
    chart.get_by_text("Figures as a table").click()
    rows = chart.get_by_role("rowheader")
    expect(rows.last).to_have_text(re.compile(r"^−2h – −1h \d\dm$"))
    expect(chart.get_by_role("columnheader").nth(1)).to_have_text("A")
    expect(chart.get_by_role("columnheader").nth(2)).to_have_text("B")
    expect(chart.get_by_role("button", name=re.compile("A: .*B: Announced, 0"))).to_be_visible()
    expect(chart.get_by_role("button", name=re.compile("A: Spike: Cancel voices"))).to_be_visible()


def test_a_point_leads_to_its_posts_on_either_side(open_page: OpenPage) -> None:
    page = open_page(f"{BOTH}&before=2h&after=8h")
    chart = page.locator("[data-chart=compare-cancel]")
    expect(chart.locator("canvas")).to_be_visible()
    chart.get_by_role("application").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#picked-links a")).to_have_count(2)
    expect(page).to_have_url(re.compile("point=-7200"))
    page.get_by_role("link", name="Its posts: Meadow buys Brook").click()
    expect(page.locator("#title")).to_have_text("Meadow buys Brook")
    expect(page.locator("#list .text").first).to_contain_text("number 1")


def test_what_a_side_lacks_is_said(open_page: OpenPage) -> None:
    page = open_page(f"{BOTH}&before=24h&after=7d")
    expect(page.locator("#warnings")).to_contain_text("B has posts from −2h to")
    expect(page.locator("#warnings")).to_contain_text("2 hours of the range were not read (mastodon)")
    expect(page.locator("#warnings")).to_contain_text("A is simulated")


def test_it_speaks_french(open_page: OpenPage) -> None:
    page = open_page(BOTH, locale="fr-FR")
    expect(page.locator("#conclusion")).to_contain_text("plus élevée chez A")
    expect(page.locator("[data-chart=compare-share] h2")).to_have_text("Part de départs depuis l’événement")
