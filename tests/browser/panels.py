"""Panels as tests handle them: where their charts are, what the API told about them, answers of other shapes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route, expect

Change = Callable[[dict[str, Any]], None]


def panel(page: Page, name: str) -> Locator:
    """One panel, on the screen."""
    found = page.locator(f"[data-chart={name}]")
    found.scroll_into_view_if_needed()
    return found


def place(found: Locator, share: float) -> tuple[float, float]:
    """Where in the window a point is that lies this share of the way along a panel's chart."""
    box = found.locator(".plot-over").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def choose(found: Locator, action: str) -> None:
    """Choose from the menu of a panel."""
    found.locator(".panel-menu-button").click()
    found.locator(f"[data-name={action}]").click()


def column(place: Locator, number: int) -> list[str]:
    """The texts of a column of a table, also of rows that are not painted: `inner_text` runs their cells together."""
    found: list[str] = place.locator("tbody tr").evaluate_all(
        "(rows, number) => rows.map((row) => row.cells[number].textContent)", number
    )
    return found


def series(page: Page) -> dict[str, Any]:
    """What the API tells a page about its range when it asks again."""
    return series_after(page, page.locator("#again").click)


@contextmanager
def drawn_anew(page: Page) -> Iterator[None]:
    """Wait, after an act that makes a page ask again, until it has drawn the answer to the last chart."""
    body = page.locator("body")
    before = body.get_attribute("data-loaded")
    assert before, "the page has not been drawn for the first time"
    yield
    expect(body).not_to_have_attribute("data-loaded", before)


def series_after(page: Page, act: Callable[[], None]) -> dict[str, Any]:
    """What the API tells about the range that a page asks for after an act, once the page has drawn it.

    The page gives an answer up when it asks anew, so it is fetched again from within the page, with what the page
    works out by itself.
    """
    with drawn_anew(page), page.expect_request("**/api/v1/series?*") as asked:
        act()
    whole = asked.value.url.replace("brief=true", "brief=false")
    told: dict[str, Any] = page.evaluate("url => fetch(url).then((answer) => answer.json())", whole)
    return told


def told_otherwise(page: Page, change: Change) -> None:
    """Have the API tell something else about ranges from the next load on."""

    def tell(route: Route, _: Request) -> None:
        answer = route.fetch()
        told = answer.json()
        change(told)
        route.fulfill(response=answer, json=told)

    page.route("**/api/v1/series?*", tell)
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
