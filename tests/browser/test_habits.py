"""What people are used to from other dashboards: keys, kiosk, full view, colours, and tabs side by side."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.panels import drawn_anew, panel, place
from tests.browser.simulated import NOW, WATCH
from tests.dashboards.given import put

TABS = 7  # browsers open six connections to a host over HTTP/1.1


def test_keys_do_what_the_list_of_keys_says(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    expect(page.locator("#keys-list dt")).to_have_count(14)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    for keys in ("t", "z"):
        page.keyboard.press(keys)
    expect(page).to_have_url(re.compile(r"from=2026-"))
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page).to_have_url(re.compile(r"/alerts\?from=2026-"))


def test_letters_that_are_typed_into_a_field_are_no_shortcuts(page: Page) -> None:
    page.locator("#list > li").first.get_by_role("button", name="Correct").click()
    page.get_by_label("Your name").press_sequentially("tz dk ?")
    expect(page.get_by_label("Your name")).to_have_value("tz dk ?")
    assert "from=" not in page.url
    expect(page.locator("#keys")).to_be_hidden()


def test_everything_is_reached_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("#range-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#absolute-from")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#range-picker")).to_be_hidden()
    expect(page.locator("#range-button")).to_be_focused()
    page.locator("[data-variable=lang] > button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lang-choices input").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile(r"lang="))


def test_the_kiosk_shows_only_the_panels_and_escape_leaves_it(page: Page) -> None:
    page.keyboard.press("d")
    page.keyboard.press("k")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("[data-chart=sentiment]")).to_be_visible()
    page.reload()
    expect(page.locator("header")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("header")).to_be_visible()
    assert "kiosk" not in page.url


def test_one_panel_is_seen_in_full_and_escape_goes_back(page: Page) -> None:
    page.locator("[data-chart=share] .plot-over").focus()
    page.keyboard.press("v")
    expect(page).to_have_url(re.compile(r"panel=share"))
    expect(page.locator("[data-chart=share]")).to_be_visible()
    expect(page.locator("[data-chart=sentiment]")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("[data-chart=sentiment]")).to_be_visible()


def test_a_point_opens_its_posts_and_a_drawn_stretch_is_the_new_range(page: Page) -> None:
    with drawn_anew(page):
        page.mouse.click(*place(panel(page, "sentiment"), 0.8))
    expect(page).to_have_url(re.compile(r"at=\d+"))
    expect(page.locator("#posts")).to_be_focused()
    found = panel(page, "sentiment")
    page.mouse.move(*place(found, 0.5))
    page.mouse.down()
    page.mouse.move(*place(found, 0.75), steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2026-03-02T\d\d%3A\d\dZ&to=2026-03-03"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_is_chosen_is_kept(open_page: OpenPage, theme: str) -> None:
    page = open_page(color_scheme="dark" if theme == "light" else "light")
    page.locator("#theme").select_option(theme)
    page.goto("/alerts")
    shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)")
    assert (sum(shade) < 384) == (theme == "dark")


def test_a_language_that_is_chosen_is_kept(page: Page) -> None:
    page.locator("#language").select_option("fr")
    expect(page.locator("#f-posts")).to_have_text(re.compile(r"\d"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto("/sources")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_the_seventh_tab_is_live_too_and_one_tab_listens_for_all(page: Page, site: object) -> None:
    streams: list[str] = []
    page.context.on("request", lambda request: streams.append(request.url) if request.url.endswith("/live") else None)
    tabs = [page.context.new_page() for _ in range(TABS)]
    for tab in tabs:
        tab.goto("/")
        expect(tab.locator("#connection")).to_have_attribute("data-state", "live")
    assert streams == [], "the first tab holds the stream"
    before = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(tabs[-1].locator("#f-posts")).not_to_have_text(before)
    page.close()
    expect(tabs[0].locator("#connection")).to_have_attribute("data-state", "live")
    put(start=NOW, watch=WATCH)
    shown = tabs[-1].locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(tabs[-1].locator("#f-posts")).not_to_have_text(shown)
    assert len(streams) == 1, "the next one took its place"
