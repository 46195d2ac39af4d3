"""`make screenshots`: a picture of every page, light and dark, desktop and phone, of the simulated day.

Chance and the machine that takes them do not show.
"""

import itertools
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Route, sync_playwright

from tests.browser.chromium import launch
from tests.browser.deals import add_other
from tests.browser.judged import judge
from tests.browser.pages import SCHEMES, SIZES, VIEWS, VISITOR
from tests.browser.simulated import NOW
from tests.browser.site import prepare, served

MOST_BYTES = 150_000
CHANCE = "let turn = 0; Math.random = () => (turn += 0.618) % 1"  # the same post is drawn each time
MACHINE = {"disk": "71.6 GB free in data", "clock": f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "dashboard port 8767": "is free"}


def main(folder: Path) -> None:
    """Take them all; none may be too large for the repository."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        day = Path(temporary, "day")
        prepare(day, react=True)
        browser = launch(playwright)
        with served(day) as site:
            judge()
            add_other(day)
            for view, (size, shape), scheme in itertools.product(VIEWS, SIZES.items(), SCHEMES):
                context = browser.new_context(base_url=site.address, **{**VISITOR, **shape, "color_scheme": scheme})
                context.clock.set_fixed_time(NOW)
                context.add_init_script(CHANCE)
                context.route("**/api/v1/setup", _of_no_machine)
                page = context.new_page()
                page.goto(view.path)
                page.wait_for_selector(view.ready)
                page.wait_for_selector("[data-state=live]")
                path = folder / f"{view.name}-{size}-{scheme}.png"
                page.screenshot(path=path)
                context.close()
                sys.stdout.write(f"{path} {path.stat().st_size // 1000} KB\n")
                if path.stat().st_size > MOST_BYTES:
                    raise SystemExit(f"{path} is larger than {MOST_BYTES // 1000} KB: choose a smaller view of it.")
        browser.close()


def _of_no_machine(route: Route) -> None:
    """Tell what the setup page asks, but nothing of the machine that takes the pictures."""
    answer = route.fetch()
    found = answer.json()
    for item in found:
        if item["name"] in MACHINE:
            item.update(state="ok", detail=MACHINE[item["name"]], remedy="", command=None)
    route.fulfill(response=answer, json=found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
