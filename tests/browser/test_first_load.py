"""What a first visit costs: requests and bytes, none of them elsewhere, and nothing that moves while it comes."""

import pytest
from playwright.sync_api import Page, expect

from dashboards import bundles
from tests.browser.conftest import OpenPage
from tests.browser.pages import PHONE, VIEWS, View

PATHS = ("/", "/alerts", "/sources", "/quality", "/compare", "/setup")
MOST_REQUESTS = 10
MOST_BYTES = 60_000  # as they are sent; a third of it is uPlot
MOST_AGAIN = 10_000
MOST_SHIFT = 0.02
WATCH_SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
"""


def sent(page: Page) -> dict[str, int]:
    """The bytes of each answer from now on, as they are sent; the stream of news, which never finishes, has none."""
    found: dict[str, int] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("request", lambda request: found.update({request.url: 0}))
    page.on("requestfinished", lambda request: found.update({request.url: request.sizes()["responseBodySize"]}))
    return found


@pytest.mark.skipif(not bundles.in_force(), reason="no bundles: no bundler for this machine, or edited scripts")
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("path", PATHS)
def test_a_first_load_is_small(open_page: OpenPage, path: str, locale: str) -> None:
    page = open_page("/api/v1/watches", locale=locale)
    page.goto("about:blank")
    found = sent(page)
    page.goto(path)
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    page.wait_for_load_state("load")
    assert len(found) <= MOST_REQUESTS, sorted(found)
    assert sum(found.values()) <= MOST_BYTES, found


def test_to_load_everything_again_is_a_sixth_of_that(open_page: OpenPage) -> None:
    page = open_page("/?refresh=off", viewport={"width": 2560, "height": 1440})
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    found = sent(page)
    page.keyboard.press("r")
    expect(page.locator("body")).to_have_attribute("data-loaded", "2")
    assert len(found) == len(["watches", "series", "spikes", "sources", "posts"])
    assert 0 < sum(found.values()) <= MOST_AGAIN, found


@pytest.mark.parametrize("path", ["/", "/?panel=stages"])
@pytest.mark.parametrize("phone", [False, True])
def test_nothing_moves_while_the_figures_come(open_page: OpenPage, path: str, phone: bool) -> None:  # noqa: FBT001 - a parameter
    page = open_page("/setup?refresh=off", **(PHONE if phone else {}))
    page.add_init_script(WATCH_SHIFTS)
    page.goto(path)
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    settle(page)
    assert page.evaluate("window.shifted") <= MOST_SHIFT


def settle(page: Page) -> None:
    """Let the browser draw twice."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("width", [320, 390, 768, 1440, 2560])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_nothing_scrolls_sideways(open_page: OpenPage, view: View, width: int) -> None:
    page = open_page(view.path, viewport={"width": width, "height": 900})
    page.wait_for_selector(view.ready)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
