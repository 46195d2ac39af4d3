"""How far the number can be trusted: what people judged, ten posts drawn by chance, the evaluation that was kept."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW, WATCH
from tests.browser.site import Site
from tests.dashboards.given import put
from uproar import evaluations
from uproar.evaluations import Evaluated
from uproar.settings import settings

JUDGED = "#f-judged"


def measure(value: float, low: float, high: float) -> dict[str, object]:
    """A measure as evaluations keep it."""
    return {"value": value, "low": low, "high": high, "method": "bootstrap"}


MEASURES = {"precision": measure(0.91, 0.84, 0.96), "recall": measure(0.7, 0.6, 0.8), "f1": measure(0.79, 0.7, 0.86)}
BIN = {"low": 0.9, "high": 1.0, "n": 40, "mean": 0.95, "right": measure(0.9, 0.77, 0.96)}
CANCEL = {"n": 110, "measures": MEASURES, "calibration": {"bins": [BIN], "error": 0.05}}
FILE = {
    "file": "mine.jsonl",
    "sha256": "0" * 64,
    "posts": 120,
    "borderline": 3,
    "unjudged": 1,
    "views": {"cancel": CANCEL},
}
KEPT = Evaluated.model_validate(
    {"measured_at": datetime(2026, 3, 1, tzinfo=UTC), "model_version": "older", "seed": 1, "files": [FILE]}
)


@pytest.fixture
def judging(open_page: OpenPage) -> Page:
    """The page while ten posts are judged, the first of them drawn."""
    page = open_page("/quality?watch=demo")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#drawn .text")).to_be_visible()
    return page


def press(page: Page, key: str, progress: str) -> None:
    """Judge by a key, and wait for the next post."""
    page.keyboard.press(key)
    expect(page.locator("#sitting")).to_contain_text(progress)
    expect(page.get_by_role("button", name="Right")).to_be_enabled()


def test_before_anybody_judged_nothing_is_claimed(open_page: OpenPage) -> None:
    page = open_page("/quality?watch=demo")
    expect(page.locator("#answer")).to_contain_text("Nobody has judged posts drawn by chance")
    expect(page.locator("#chosen")).to_be_hidden()
    expect(page.locator("#f-precision")).to_have_text("–")
    expect(page.locator("#confusion-body")).to_contain_text("Nobody has judged a stage yet.")
    expect(page.locator("#list")).to_contain_text("Nobody has judged a stage yet.")
    expect(page.locator("#hole-list")).to_contain_text("mastodon.example did not answer")
    expect(page.locator("#evaluation-body")).to_contain_text("uproar evaluate FILE --save")


def test_posts_are_judged_by_keys_which_corrects_them_and_changes_the_figures(judging: Page) -> None:
    page = judging
    expect(page).to_have_url(re.compile("judge=1"))
    expect(page.locator("#drawn mark")).to_be_visible()
    expect(page.locator("#drawn .evidence")).to_contain_text("Because:")
    press(page, "y", "2 of 10 · now: 1 of 1 right")
    expect(page.locator(JUDGED)).to_have_text("1")
    expect(page.locator("#f-precision")).to_have_text("100%")
    press(page, "n", "3 of 10 · now: 1 of 2 right, 50%")
    press(page, "1", "4 of 10 · now: 1 of 3 right")
    press(page, "s", "4 of 10")
    expect(page.locator("#f-precision-note")).to_contain_text("1 of 3 cancel voices")
    expect(page.locator("#confusion-table [data-kind=wrong]")).to_have_count(2)
    expect(page.locator("#list .corrected").first).to_contain_text("Drawn by chance")
    expect(page.locator("#list .corrected").last).to_contain_text("Confirmed")
    press(page, "u", "3 of 10 · now: 1 of 2 right")
    expect(page.locator("#confusion-table [data-kind=wrong]")).to_have_count(1)
    expect(page.locator(JUDGED)).to_have_text("2")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_each_post_is_drawn_once(site: Site, open_page: OpenPage) -> None:
    before = NOW - timedelta(days=2)  # the simulated day has none so early
    texts = {"I have cancelled", "I am about to cancel"}
    for minute, text in enumerate(sorted(texts)):
        put(minute=minute, start=before, watch=WATCH, text=text, stage="cancelled")
    page = open_page(f"/quality?watch={WATCH}&judge=1&from={before:%Y-%m-%dT%H:%MZ}&to={before:%Y-%m-%dT10:00Z}")
    drawn = page.locator("#drawn .text")
    expect(drawn).to_be_visible()
    first = drawn.inner_text()
    press(page, "y", "2 of 10")
    assert {first, drawn.inner_text()} == texts
    page.keyboard.press("y")
    expect(page.locator("#drawn")).to_have_text("Every cancel voice of this range was judged or left out.")


def test_a_mistake_that_somebody_saw_is_listed_apart_and_not_taken_for_the_precision(open_page: OpenPage) -> None:
    page = open_page("/quality?watch=demo&judge=1")
    expect(page.locator("#drawn .text")).to_be_visible()
    press(page, "y", "2 of 10")
    expect(page.locator("#f-precision-note")).to_contain_text("1 of 1 cancel voices drawn by chance")
    page.goto("/?watch=demo&from=first&to=latest&cancel=1")
    page.locator("#list li:not(:has(.corrected)) [data-act=correct]").first.click()
    page.locator("#correct-stage").select_option("none")
    page.locator("#correct").get_by_role("button", name="Save").click()
    expect(page.locator("#correct")).to_be_hidden()
    page.goto("/quality?watch=demo")
    expect(page.locator("#chosen")).to_contain_text("1 post was corrected or confirmed without being drawn")
    expect(page.locator("#chosen")).to_contain_text("The machine had called 1 of them a cancel voice, 0 rightly.")
    expect(page.locator("#f-precision")).to_have_text("100%")
    expect(page.locator("#f-judged")).to_have_text("2")
    expect(page.locator("#f-judged-note")).to_contain_text("1 drawn by chance")


def test_a_judged_post_is_not_judged_again_when_no_other_can_be_drawn(judging: Page, complaints: list[str]) -> None:
    judging.route("**/api/v1/series?*points=400*", lambda route: route.abort())
    judging.keyboard.press("y")
    expect(judging.locator("#judge-problem")).not_to_be_empty()
    expect(judging.locator("#drawn .text")).to_have_count(0)
    expect(judging.get_by_role("button", name="Right")).to_be_disabled()
    expect(judging.locator(JUDGED)).to_have_text("1")
    complaints.clear()  # the browser logs that nothing answered


def test_what_could_not_be_undone_can_be_undone_again(judging: Page, complaints: list[str]) -> None:
    press(judging, "y", "2 of 10 · now: 1 of 1 right")
    judging.route("**/corrections", lambda route: route.abort())
    judging.keyboard.press("u")
    expect(judging.locator("#judge-problem")).not_to_be_empty()
    judging.unroute("**/corrections")
    expect(judging.get_by_role("button", name="Undo")).to_be_enabled()
    judging.keyboard.press("u")
    expect(judging.locator("#sitting")).to_have_text("1 of 10")
    expect(judging.locator(JUDGED)).to_have_text("0")
    complaints.clear()  # the browser logs that nothing answered


def test_after_ten_it_is_over(judging: Page) -> None:
    for number in range(2, 11):
        press(judging, "y", f"{number} of 10")
    judging.keyboard.press("y")
    expect(judging.locator("#drawn")).to_contain_text("Ten are judged")
    expect(judging.locator("#sitting")).to_contain_text("now: 10 of 10 right, 100% (72.2% – 100%)")
    expect(judging.locator("svg.calibration circle")).to_have_count(1)
    expect(judging.locator("#calibration .sr")).to_contain_text("By people")


def test_the_kept_evaluation_is_shown_and_whether_it_is_of_the_rules_that_run(site: Site, open_page: OpenPage) -> None:
    assert settings().data_dir.is_relative_to(site.folder)
    evaluations.save(KEPT, settings())
    page = open_page("/quality?watch=demo")
    expect(page.locator("#evaluation-body .warned")).to_contain_text("Of other rules (older)")
    expect(page.locator("#f-measured")).to_have_text("79%")
    expect(page.locator("#evaluation-body")).to_contain_text("91% (84% – 96%)")
    expect(page.locator("#calibration")).to_contain_text("By the latest evaluation: 40 posts")


def test_it_speaks_french(open_page: OpenPage) -> None:
    page = open_page("/quality?watch=demo&judge=1", locale="fr-FR")
    expect(page.locator("#question")).to_contain_text("L’auteur parle-t-il de partir")
    expect(page.locator("#tile-read h2")).to_have_text("Période lue")
