"""The habits of the charts: zoom, crosshair, keys, legend, and the marks that open posts."""

import re
from datetime import datetime
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import PHONE
from tests.browser.panels import drawn_anew, panel, place, series, series_after, told_otherwise

TIPS = ".panel-tip:not([hidden])"
OTHERWISE = "before => document.querySelector('[data-chart=sentiment] canvas').toDataURL() !== before"


def address(page: Page) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_drag_over_a_chart_zooms_and_a_double_click_zooms_out(page: Page) -> None:
    found = panel(page, "sentiment")
    page.mouse.move(*place(found, 0.5))
    page.mouse.down()
    page.mouse.move(*place(found, 0.75), steps=4)
    expect(found.locator(".plot-select")).to_be_visible()
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"from=2026-03-02T2\d.*to=2026-03-03T0[23]"))
    narrow = series(page)
    wide = series_after(page, found.locator(".plot-over").dblclick)
    assert wide["from"] < narrow["from"] < narrow["to"] < wide["to"]
    assert "at" not in address(page), "a double click picks nothing"


def test_escape_gives_a_drag_up(page: Page) -> None:
    found = panel(page, "sentiment")
    page.mouse.move(*place(found, 0.5))
    page.mouse.down()
    page.mouse.move(*place(found, 0.75), steps=4)
    page.keyboard.press("Escape")
    expect(found.locator(".plot-select")).to_be_hidden()
    page.mouse.up()
    assert "from" not in address(page)


def test_crosshair_and_tooltip_are_on_every_panel_at_once(page: Page) -> None:
    page.mouse.move(*place(panel(page, "sentiment"), 0.6))
    expect(page.locator(TIPS)).to_have_count(page.locator("[data-chart]").count())
    expect(page.locator(f"[data-chart=sentiment] {TIPS} .tip-row")).to_have_count(3)
    when = page.locator(f"[data-chart=sentiment] {TIPS} .tip-when").inner_text()
    expect(page.locator(f"{TIPS} .tip-when")).to_have_text([when] * page.locator("[data-chart]").count())
    page.mouse.move(2, 2)
    expect(page.locator(TIPS)).to_have_count(0)


def test_the_tooltip_tells_values_and_shares_as_the_api_does(page: Page) -> None:
    found = panel(page, "stages")
    told = series(page)
    found.locator(".plot-over").focus()
    page.keyboard.press("Home")
    peak = max(range(len(told["t"])), key=lambda i: told["cancel"][i])
    for _ in range(peak // 10):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(peak % 10):
        page.keyboard.press("ArrowRight")
    shown = found.locator(".tip-row").filter(has=page.locator(".tip-name", has_text=re.compile("^cancelling$")))
    counted = told["stages"]["cancelling"][peak]
    expect(shown.locator("b")).to_have_text(str(counted))
    expect(shown).to_contain_text(f"{counted / told['cancel'][peak]:.1%}".replace(".0%", "%"))


def test_arrow_keys_read_the_points_and_enter_opens_their_posts(page: Page) -> None:
    told = series(page)
    found = panel(page, "sentiment")
    found.locator(".plot-over").focus()
    page.keyboard.press("End")
    said = found.locator("[role=status]")
    expect(said).to_contain_text("Negative")
    last = said.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(last)
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"at={told['t'][-12]}\b"))


def test_escape_leaves_the_points(page: Page) -> None:
    panel(page, "sentiment").locator(".plot-over").focus()
    page.keyboard.press("Home")
    expect(page.locator(TIPS).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(TIPS)).to_have_count(0)


def test_a_click_on_the_legend_isolates_and_with_ctrl_it_adds(page: Page) -> None:
    found = panel(page, "sentiment")
    items = found.locator(".panel-legend button")

    def shown(*pressed: str) -> None:
        for item, wanted in zip(items.all(), pressed, strict=True):
            expect(item).to_have_attribute("aria-pressed", wanted)

    items.nth(0).click()
    shown("true", "false", "false")
    items.nth(2).click(modifiers=["Control"])
    shown("true", "false", "true")
    series(page)
    shown("true", "false", "true")  # a refresh keeps what was chosen
    items.nth(2).click()
    shown("false", "false", "true")
    items.nth(2).click()
    shown("true", "true", "true")


def test_the_legend_tells_mean_most_and_last(page: Page) -> None:
    told = series(page)["stances"]["against"]
    texts = panel(page, "stance").locator(".panel-legend b").all_inner_texts()
    assert [float(text) for text in texts[1:3]] == [max(told), told[-1]]
    assert abs(float(texts[0]) - sum(told) / len(told)) < 0.01


def test_marks_that_are_near_share_a_button_as_large_as_a_finger(page: Page) -> None:
    told = series(page)
    markers = panel(page, "sentiment").locator(".marker")
    assert len(told["spikes"]) > markers.count()
    boxes = [box for box in (marker.bounding_box() for marker in markers.all()) if box]
    assert all(box["width"] >= 24 and box["height"] >= 24 for box in boxes)
    lefts = sorted(box["x"] for box in boxes)
    assert all(right - left >= 24 for left, right in pairwise(lefts))
    expect(markers.first).to_have_attribute("data-count", re.compile(r"^\d+$"))


def test_the_mark_of_a_spike_opens_its_posts(page: Page) -> None:
    marker = panel(page, "stages").locator(".marker").first
    assert "Spike" in (marker.get_attribute("aria-label") or "")
    marker.focus()
    with drawn_anew(page):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"at=\d+"))
    at = int(address(page)["at"])
    told = series(page)
    starts = [datetime.fromisoformat(one["started_at"]).timestamp() for one in told["spikes"]]
    assert any(at <= start < at + told["step"] for start in starts)
    expect(page.locator("#list > li").first).to_be_visible()


def test_a_gap_says_why_in_the_tooltip(page: Page) -> None:
    found = panel(page, "sentiment")
    page.mouse.move(*place(found, 0.2))  # 20 to 18 hours ago
    expect(found.locator(".panel-tip")).to_contain_text("mastodon.example did not answer")


def test_a_tap_reads_a_second_one_opens_and_the_page_still_scrolls(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    found = panel(page, "sentiment")
    expect(found.locator(".plot-over")).to_have_css("touch-action", "pan-y")
    page.touchscreen.tap(*place(found, 0.6))
    expect(found.locator(TIPS)).to_be_visible()
    assert "at" not in address(page)
    page.wait_for_timeout(400)  # sooner it would be a double tap
    page.touchscreen.tap(*place(found, 0.6))
    expect(page).to_have_url(re.compile(r"at=\d+"))


def test_on_a_phone_no_panel_is_wider_than_the_screen(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    panel(page, "sources").locator(".panel-menu-button").click()
    rights = page.locator("[data-chart] *").evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    assert max(rights) <= 390


def test_a_change_of_theme_draws_in_other_colours_without_asking_the_api(page: Page) -> None:
    canvas = panel(page, "sentiment").locator("canvas")
    dark = canvas.evaluate("one => one.toDataURL()")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme="light")
    page.wait_for_function(OTHERWISE, arg=dark)
    assert not [one for one in asked if "/api/v1/series" in one]


def test_a_name_that_is_markup_stays_text(page: Page, complaints: list[str]) -> None:
    told_otherwise(page, lambda told: told.update(sources={"<img src=x onerror=alert(1)>": told["posts"]}))
    found = panel(page, "sources")
    expect(found.locator(".legend-name")).to_have_text("<img src=x onerror=alert(1)>")
    page.mouse.move(*place(found, 0.6))
    expect(found.locator(".tip-name")).to_have_text("<img src=x onerror=alert(1)>")
    assert not complaints
