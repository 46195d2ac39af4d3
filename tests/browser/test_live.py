"""What happens while the page is open."""

from playwright.sync_api import Page, expect

from tests.browser.simulated import NOW, WATCH
from tests.dashboards.given import put


def test_a_new_post_is_counted_without_a_reload(page: Page) -> None:
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    before = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(page.locator("#f-posts")).not_to_have_text(before)
