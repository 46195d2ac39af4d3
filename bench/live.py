"""How long after a post is stored with its reaction an open page counts it: 20 posts, one after the other, in seconds.

The real server and a real Chromium, SQLite, the simulated day; posts come at moments that have nothing to do with the
server's look at the tables, once a second. Run it by `make bench`.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # the tests' site and browser

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import launch
from tests.browser.pages import VISITOR
from tests.browser.simulated import NOW, WATCH
from tests.browser.site import prepare, served
from tests.dashboards.given import put

POSTS = 20
PROMISED = 2.0
CHANGED = "before => document.getElementById('f-posts').textContent !== before"


def main() -> None:
    """Open the page, let posts come, and print how long each took to be seen."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        day = Path(folder, "day")
        prepare(day)
        browser = launch(playwright)
        with served(day) as site:
            context = browser.new_context(base_url=site.address, **VISITOR)
            context.clock.set_fixed_time(NOW)
            page = context.new_page()
            page.goto("/")
            page.wait_for_selector("[data-state=live]")
            page.wait_for_selector("body[data-loaded]")
            took = sorted(seen(page) for _ in range(POSTS))
            context.close()
        browser.close()
    p95 = statistics.quantiles(took, n=20)[-1]
    late = sum(one > PROMISED for one in took)
    sys.stdout.write(
        f"{POSTS} posts, from stored to seen: median {statistics.median(took):.2f} s, p95 {p95:.2f} s, "
        f"longest {took[-1]:.2f} s; {late} took more than {PROMISED:.0f} s\n"
    )


def seen(page: Page) -> float:
    """Seconds from one post's commit to the page that counts it."""
    time.sleep(2 * random.random())  # noqa: S311 - any moment between two looks
    before = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    stored = time.perf_counter()
    page.wait_for_function(CHANGED, arg=before)
    return time.perf_counter() - stored


if __name__ == "__main__":
    main()
