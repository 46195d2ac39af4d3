"""What happens while the page is open. How long it takes, `bench/live.py` measures: no test fails by the clock."""

from playwright.sync_api import Page, expect

from tests.browser.simulated import NOW, WATCH
from tests.dashboards.given import put


def test_a_new_post_is_counted_without_a_reload(page: Page) -> None:
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    before = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(page.locator("#f-posts")).not_to_have_text(before)


def test_a_new_post_is_listed_and_only_what_changed_is_asked(page: Page) -> None:
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    put(start=NOW, watch=WATCH, text="Seen as it comes")
    expect(page.locator("#list").get_by_text("Seen as it comes")).to_be_visible()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    shown = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(page.locator("#f-posts")).not_to_have_text(shown)
    assert len(requests) <= 2, "counts and posts; sources and spikes have not changed"
