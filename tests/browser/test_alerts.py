"""The page of the alerts: what fires, why, and what people do about it."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import SCHEMES, SIZES
from tests.browser.simulated import NOW
from tests.browser.test_accessible import AXE, BAD, FOUND
from tests.browser.troubled import HOSTILE
from uproar import database
from uproar.models import Spike

CANCEL, PRIVACY = 8, 3  # ids of spikes of the simulated day
WHY = (
    "21 in 10 minutes",
    "Expected",
    "71%",
    "1 day: little to compare with",
    "72 voices, 14 echoes",
    "Sam looks after it",
    "silence 1",
    "mastodon: 2 Mar 2026, 22:40",
    "Surveillance",
)

pytestmark = pytest.mark.usefixtures("troubled")


def test_what_fires_is_told_first(alerts: Page) -> None:
    expect(alerts.locator("#now-title")).to_have_text("2 alerts fire")
    expect(alerts.locator("#firing > li")).to_have_count(2)
    expect(alerts.locator("#firing")).to_contain_text("23 in 10 minutes, where 1.1 were expected")
    expect(alerts.locator("#now-note")).to_contain_text("x, mastodon")


def test_an_alert_opens_to_why_and_its_address_shows_the_same(alerts: Page) -> None:
    alerts.locator(f"#spikes [data-spike='{PRIVACY}'] a").click()
    expect(alerts).to_have_url(re.compile(rf"spike={PRIVACY}"))
    why = alerts.locator("#opened")
    expect(why).to_be_focused()
    expect(why.get_by_role("heading", level=2)).to_contain_text("Concern: Privacy")
    for words in WHY:
        expect(why).to_contain_text(words)
    alerts.reload()
    expect(why).to_contain_text("21 in 10 minutes")
    alerts.keyboard.press("Escape")
    expect(why).to_be_hidden()
    alerts.go_back()
    expect(why).to_be_visible()


def test_an_alert_leads_to_the_overview_at_that_moment(alerts: Page) -> None:
    alerts.goto(f"/alerts?spike={CANCEL}")
    alerts.get_by_role("link", name="The overview at that moment").click()
    expect(alerts).to_have_url(re.compile(r"/\?watch=demo&at=\d+"))
    expect(alerts.locator("#at")).to_be_visible()


def test_an_alert_that_is_not_there_is_said(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/alerts?spike=999")
    expect(page.locator("#opened-title")).to_have_text("There is no alert 999")
    complaints.clear()  # the browser logs the refusal


def test_an_address_names_an_alert_by_its_number_only(open_page: OpenPage) -> None:
    page = open_page("/setup")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/alerts?spike=..%2Fwatches")
    expect(page.locator("#spikes > li")).not_to_have_count(0)
    expect(page.locator("#opened")).to_be_hidden()
    assert sum("/api/v1/watches" in url for url in asked) == 1


def test_escape_closes_the_alert_before_it_ends_the_full_view(open_page: OpenPage) -> None:
    page = open_page(f"/alerts?spike={PRIVACY}&kiosk=1")
    expect(page.locator("#opened")).to_contain_text("Surveillance")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/alerts\?kiosk=1$"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/alerts$"))


def test_what_strangers_wrote_stays_text(open_page: OpenPage) -> None:
    page = open_page(f"/alerts?spike={PRIVACY}")
    expect(page.locator("#opened blockquote")).to_have_text(HOSTILE)
    expect(page.locator("#messages .error").filter(has_text="<script>")).to_have_count(1)
    assert page.locator("main :is(script, img)").count() == 0
    assert page.locator("main a[href^='javascript:']").count() == 0
    assert page.evaluate("window.hit") is None


def test_history_is_filtered_and_paged_and_stays_in_the_address(alerts: Page) -> None:
    alerts.locator("#state").get_by_text("Firing").click()
    expect(alerts.locator("#spikes > li")).to_have_count(2)
    expect(alerts).to_have_url(re.compile("state=firing"))
    alerts.locator("#state").get_by_text("Over").click()
    alerts.get_by_label("Signal").select_option("concern:*")
    expect(alerts.locator("#spikes > li")).to_have_count(7)
    alerts.reload()
    expect(alerts.locator("#spikes > li")).to_have_count(7)
    expect(alerts.get_by_label("Signal")).to_have_value("concern:*")


def test_older_alerts_come_page_by_page(open_page: OpenPage) -> None:
    with database.writing() as session:
        for day in range(1, 26):
            at = NOW - timedelta(days=day)
            session.add(Spike(
                watch="demo", signal="posts", state="resolved", started_at=at, changed_at=at, resolved_at=at, count=9,
                expected=1, window_s=600, score=3, explanation="", notified=False,
            ))  # fmt: skip
    page = open_page("/alerts")
    rows = page.locator("#spikes > li")
    expect(rows).to_have_count(20)
    page.locator("#older").click()
    expect(rows).to_have_count(35)
    expect(page.locator("#older")).to_be_hidden()


def test_what_was_held_back_is_told_with_its_reason(alerts: Page) -> None:
    groups = alerts.locator("#held-list > li")
    expect(groups.filter(has_text="same event as Cancel voices")).to_contain_text("Concern: Trust")
    expect(groups.filter(has_text="silence 1")).to_contain_text("The price letter is known.")


def test_endpoints_are_told_with_their_state(alerts: Page) -> None:
    alerts.locator("#endpoints").scroll_into_view_if_needed()
    expect(alerts.locator("[data-endpoint=receiver]")).to_contain_text("failing")


def _calm(page: Page, states: list[str]) -> None:
    sources = [
        {"watch": "demo", "source": f"s{i}", "type": "feed", "state": state, "read_at": None, "covered_until": None,
         "next_due_at": None, "caught_up": True, "failures": 0, "last_error": None, "posts": 0, "unrelated": 0,
         "lag_seconds": None, "gaps_open": 0, "dead_letters": 0}
        for i, state in enumerate(states)
    ]  # fmt: skip
    page.route("**/api/v1/spikes?*", lambda route: route.fulfill(json=[]))
    page.route(
        "**/api/v1/sources?*", lambda route: route.fulfill(body=json.dumps(sources), content_type="application/json")
    )
    page.goto("/alerts?refresh=off")


def test_nothing_is_calm_while_most_sources_fail(open_page: OpenPage) -> None:
    page = open_page("/setup")
    _calm(page, ["ok", "ok"])
    expect(page.locator("#now-title")).to_have_text("Nothing fires")
    expect(page.locator("#now")).to_have_attribute("data-level", "good")
    page.unroute_all()
    _calm(page, ["ok", "failing", "failing"])
    expect(page.locator("#now-title")).to_have_text("Nothing fires, but most of it cannot be seen")
    expect(page.locator("#now-note")).to_contain_text("Only 1 of 3 sources can be read")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious_where_much_goes_wrong(open_page: OpenPage, scheme: str, size: str) -> None:
    page = open_page(f"/alerts?spike={PRIVACY}", color_scheme=scheme, **SIZES[size])
    expect(page.locator("#opened")).to_contain_text("Surveillance")
    page.evaluate(AXE)
    assert [found for found in page.evaluate(FOUND) if found[0] in BAD] == []


def test_it_speaks_french_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(f"/alerts?ui=fr&spike={PRIVACY}", viewport={"width": 390, "height": 844})
    expect(page.locator("#now-title")).to_have_text("2 alertes en cours")
    expect(page.locator("#opened")).to_contain_text("Motif : Vie privée")
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
