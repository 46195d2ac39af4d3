"""Rules of the watch file as limits on the charts: drawn where they are near, told to who hears the page."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.panels import panel
from tests.browser.simulated import WATCH
from tests.browser.site import Site

RULES = """
[[alerts.thresholds]]
name = "many-leave"
signal = "cancel"
more_than = 60
[[alerts.thresholds]]
name = "the-talk"
signal = "cancel"
share_above = 0.25
[[alerts.thresholds]]
name = "far-away"
signal = "posts"
more_than = 1000000
"""
TOLD = {
    "expected-cancel": "Limits: many-leave: more than 60 an hour.",
    "share": "Limits: the-talk: above 25% in an hour.",
    "expected-posts": "Limits: far-away: more than 1,000,000 an hour.",
}
DASHES = """([canvas, colour]) => {
    const probe = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    const wanted = String(probe.getImageData(0, 0, 1, 1).data);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) if (String(data.slice(i, i + 4)) === wanted) found += 1;
    return found;
}"""
LIMIT = "#f0b648"  # --warn of app.css where it is dark


def limited(page: Page, name: str) -> int:
    """How many pixels of a chart have the colour of limits."""
    canvas = panel(page, name).locator("canvas").element_handle()
    found: int = page.evaluate(DASHES, [canvas, LIMIT])
    return found


def test_limits_of_the_watch_are_drawn_and_told(site: Site, open_page: OpenPage) -> None:
    watch = site.folder / "watches" / f"{WATCH}.toml"
    watch.write_text(watch.read_text() + RULES)
    page = open_page()
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    for name, words in TOLD.items():
        expect(panel(page, name).locator("p.sr").first).to_contain_text(words)
    assert limited(page, "expected-cancel") > 100
    assert limited(page, "share") > 100
    assert limited(page, "expected-posts") == 0, "it is far beyond the top"
    page.goto("/?source=x")
    expect(panel(page, "share").locator("p.sr").first).to_contain_text("on average")
    expect(panel(page, "share").locator("p.sr").first).not_to_contain_text("Limits")


def test_without_rules_no_limit_is_drawn(page: Page) -> None:
    expect(panel(page, "share").locator("p.sr").first).not_to_contain_text("Limits")
    assert limited(page, "share") == 0
