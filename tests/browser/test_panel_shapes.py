"""Charts of much, of little and of nothing: each is drawn, and what is not known is not zero."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.panels import panel, told_otherwise

COLUMNS = ("posts", "negative", "positive", "cancel", "voices")
TABLES = ("stages", "stances", "sources", "langs", "concerns")


def only(told: dict[str, Any], number: int) -> None:
    """Leave only so many points."""
    for name in COLUMNS:
        told[name] = told[name][:number]
    for name in TABLES:
        told[name] = {key: numbers[:number] for key, numbers in told[name].items()}


def test_a_range_without_points_says_that_it_has_none(page: Page) -> None:
    told_otherwise(page, lambda told: only(told, 0))
    expect(panel(page, "sentiment").locator(".plot-nothing")).to_be_visible()
    expect(panel(page, "sentiment").locator("p.sr").first).to_contain_text("No data")


def test_a_single_point_is_drawn_and_read(page: Page) -> None:
    told_otherwise(page, lambda told: only(told, 1))
    found = panel(page, "sentiment")
    expect(found.locator(".plot-nothing")).to_be_hidden()
    found.locator(".plot-over").focus()
    page.keyboard.press("ArrowLeft")
    expect(found.locator(".panel-tip")).to_contain_text("Negative")


def test_what_is_not_known_is_a_gap_and_not_zero(page: Page) -> None:
    def forget(told: dict[str, Any]) -> None:
        told["cancel"] = told["voices"] = [0] * len(told["voices"])

    told_otherwise(page, forget)
    found = panel(page, "share")
    expect(found.locator(".plot-nothing")).to_be_visible()
    assert found.locator(".panel-legend b").all_inner_texts() == ["\N{EN DASH}"] * 3


def test_more_points_than_pixels_are_joined_and_none_is_lost(page: Page) -> None:
    def many(told: dict[str, Any]) -> None:
        only(told, 0)
        told["step"] = (told["to"] - told["from"]) // 2000
        for name in COLUMNS:
            told[name] = [1] * 2000
        told["unfinished"] = None

    told_otherwise(page, many)
    found = panel(page, "expected-posts")
    expect(found.locator("p.sr").first).to_contain_text("2,000 in total")
    found.locator(".plot-over").focus()
    page.keyboard.press("End")
    expect(found.locator(".tip-row b").first).not_to_have_text("1")


def test_two_hundred_concerns_have_a_legend_that_scrolls(page: Page) -> None:
    told_otherwise(page, lambda told: told.update(concerns={f"concern {i}": told["cancel"] for i in range(200)}))
    legend = panel(page, "concerns").locator(".panel-legend")
    expect(legend.locator("button")).to_have_count(200)
    box = legend.bounding_box()
    assert box is not None
    assert box["height"] < 400
