"""What can be taken from a chart: its figures, in a table and as CSV, a picture, a link, a sentence."""

import csv
import re
import struct
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.panels import choose, column, panel, series, told_otherwise


def saved(page: Page, found: Locator, action: str) -> Download:
    with page.expect_download() as download:
        choose(found, action)
    return download.value


def rows(download: Download) -> list[dict[str, str]]:
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_the_csv_has_every_number_of_the_api(page: Page) -> None:
    told = series(page)
    found = panel(page, "sentiment")
    download = saved(page, found, "csv")
    assert download.suggested_filename == "uproar-demo-sentiment-2026-03-02-08-55.csv"
    lines = rows(download)
    assert [int(line["Negative"]) for line in lines] == told["negative"]
    assert [int(line["Neutral"]) for line in lines] == told["neutral"]
    assert [int(line["Positive"]) for line in lines] == told["positive"]
    assert lines[-1]["from"].endswith("Z")


def test_the_csv_of_a_share_has_its_interval_and_leaves_the_unknown_empty(page: Page) -> None:
    told = series(page)["cancel_share"]
    lines = rows(saved(page, panel(page, "share"), "csv"))
    written = [["" if value is None else f"{value:g}" for value in told[name]] for name in ("share", "low", "high")]
    names = ("Cancel share", "95% interval, low", "95% interval, high")
    read = [[line[name] and f"{float(line[name]):g}" for line in lines] for name in names]
    assert read == written


def test_no_cell_of_a_csv_is_a_formula(page: Page) -> None:
    told_otherwise(page, lambda told: told.update(sources={"=HYPERLINK(0)": told["posts"], '@"a",b': told["posts"]}))
    expect(panel(page, "sources").locator(".legend-name").first).to_have_text("=HYPERLINK(0)")
    assert list(rows(saved(page, panel(page, "sources"), "csv"))[0])[2:] == ["'=HYPERLINK(0)", '\'@"a",b']


def test_the_table_adds_up_to_what_the_api_told_and_says_how_it_was_joined(page: Page) -> None:
    page.goto("/?from=latest-36h")  # in points of ten minutes
    expect(page.locator("body")).to_have_attribute("data-loaded", re.compile(r"\d"))
    told = series(page)
    found = panel(page, "sentiment")
    found.locator("summary").click()
    table = found.locator("table")
    expect(table.locator("tbody tr")).not_to_have_count(0)
    negative = column(table, 1)
    assert len(negative) <= 200 < len(told["t"])
    assert sum(map(int, negative)) == sum(told["negative"])
    expect(table.locator("caption")).to_contain_text("2 points are joined")


def test_the_table_of_a_short_range_has_the_numbers_of_the_api(open_page: OpenPage) -> None:
    page = open_page("/?from=latest-6h")
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    told = series(page)
    assert len(told["t"]) <= 200
    found = panel(page, "stages")
    choose(found, "inspect")
    dialog = page.get_by_role("dialog", name="Cancel voices by stage")
    expect(dialog.locator("tbody tr")).to_have_count(len(told["t"]))
    assert list(map(int, reversed(column(dialog, 2)))) == told["stages"]["cancelling"]
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_picture_is_a_png_with_something_on_it(page: Page) -> None:
    found = panel(page, "sentiment")
    box = found.locator("canvas").bounding_box()
    assert box is not None
    picture = Path(saved(page, found, "png").path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) > (box["width"], box["height"]), "title and legend stand round the chart"
    assert len(picture) > 5_000


def test_the_link_to_a_panel_shows_it_alone(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found = panel(page, "echo")
    choose(found, "link")
    expect(found.locator("[role=status]")).to_have_text("The link is copied")
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    expect(page.locator("[data-chart=echo] canvas")).to_be_visible()
    expect(page.locator("[data-chart=sentiment]")).to_be_hidden()


def test_the_menu_is_walked_with_the_keys(page: Page) -> None:
    found = panel(page, "share")
    button = found.get_by_role("button", name="Menu of Cancel share")
    button.focus()
    page.keyboard.press("ArrowUp")
    expect(found.get_by_role("menuitem", name="Copy link to this panel")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(found.get_by_role("menuitem", name="Full view")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(found.get_by_role("menu")).to_be_hidden()


def test_a_chart_is_told_in_a_sentence(page: Page) -> None:
    told = series(page)
    summary = panel(page, "sentiment").locator("p.sr").first
    expect(summary).to_contain_text(f"{sum(told['posts']):,} in total")
    expect(summary).to_contain_text("Gaps: 1")
