"""What is so is said: nothing there yet, no database, a wrong clock, a hole in what was read, very many concerns."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW, WATCH, lay_out
from tests.browser.site import lived_in, served
from tests.dashboards.given import put
from uproar import migrating

DOWN = "The database cannot be reached or has no tables yet."
CONCERNS = 200


def test_a_watch_without_posts_says_what_to_do(open_page: OpenPage, tmp_path: Path, complaints: list[str]) -> None:
    page = open_page("/alerts?refresh=off")
    lay_out(tmp_path)
    with lived_in(tmp_path):
        migrating.migrate()
    with served(tmp_path) as empty:
        page.route("**/api/v1/**", lambda route: _ask(route, empty.address))
        page.goto("/?refresh=off")
        expect(page.get_by_role("heading", name="No posts yet")).to_be_visible()
        expect(page.locator("#empty-body")).to_contain_text("uproar doctor")
        expect(page.locator("#grid")).to_be_hidden()
    complaints.clear()  # the page before it lost its database


def _ask(route: Route, address: str) -> None:
    path = route.request.url.partition("/api/")[2]
    route.fulfill(response=route.fetch(url=f"{address}/api/{path}"))


def test_without_the_database_the_last_figures_stay_and_their_age_is_told(page: Page, complaints: list[str]) -> None:
    before = page.locator("#f-posts").inner_text()
    page.route("**/api/v1/**", lambda route: route.fulfill(status=503, json={"detail": DOWN}))
    page.clock.set_fixed_time(NOW + timedelta(minutes=4))
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_role("alert").filter(has_text=DOWN)).to_contain_text("3 Mar 2026, 09:00 (4 minutes ago)")
    expect(page.locator("#f-posts")).to_have_text(before)
    page.unroute_all()
    page.get_by_role("button", name="Refresh now").click()
    expect(page.locator("#problem")).to_be_hidden()
    complaints.clear()  # the browser logs each refusal


def test_very_many_concerns_can_all_be_seen(open_page: OpenPage) -> None:
    put(minute=-5, start=NOW, watch=WATCH, stage="cancelled", concerns=[f"concern {i}" for i in range(CONCERNS)])
    page = open_page("/")
    shown = page.locator("#reasons > li")
    expect(shown).to_have_count(8)
    button = page.locator("#all-reasons")
    button.click()
    expect(shown.nth(CONCERNS - 1)).to_be_attached()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert page.locator("#why").bounding_box()["height"] < 900  # type: ignore[index]


def test_a_post_from_the_future_is_a_wrong_clock(open_page: OpenPage) -> None:
    put(start=NOW + timedelta(days=3), watch=WATCH)
    page = open_page("/")
    expect(page.locator("#newest")).to_contain_text("a clock is wrong")
