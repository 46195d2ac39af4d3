"""`make screenshots`: a picture of every page, light and dark, desktop and phone, of the simulated day."""

import itertools
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import launch
from tests.browser.pages import SCHEMES, SIZES, VIEWS, VISITOR
from tests.browser.simulated import NOW
from tests.browser.site import prepare, served

MOST_BYTES = 150_000


def main(folder: Path) -> None:
    """Take them all; none may be too large for the repository."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        day = Path(temporary, "day")
        prepare(day, react=True)
        browser = launch(playwright)
        with served(day) as site:
            for view, (size, shape), scheme in itertools.product(VIEWS, SIZES.items(), SCHEMES):
                context = browser.new_context(base_url=site.address, **{**VISITOR, **shape, "color_scheme": scheme})
                context.clock.set_fixed_time(NOW)
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
