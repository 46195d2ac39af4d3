"""The page of the alerts: what fires, why, and what people do about it."""

import json
import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from tests.browser.conftest import OpenPage
from tests.browser.pages import SCHEMES, SIZES
from tests.browser.simulated import NOW
from tests.browser.site import Site
from tests.browser.test_accessible import AXE, BAD, FOUND
from tests.browser.troubled import HOSTILE, trouble
from uproar import database, silences
from uproar.models import Delivery, Silence, Spike

CANCEL, PRIVACY = 8, 3  # ids of spikes of the simulated day
WHY = (
    "10 in 10 minutes",
    "Expected",
    "71%",
    "1 day: little to compare with",
    "38 voices, 8 echoes",
    "Sam looks after it",
    "silence 1",
    "mastodon: 2 Mar 2026, 22:40",
    "Market power",
)


@pytest.fixture(scope="module", autouse=True)
def _troubled(site: Site) -> None:
    trouble()


@pytest.fixture
def alerts(open_page: OpenPage) -> Page:
    """The page with its lists."""
    page = open_page("/alerts")
    expect(page.locator("#spikes > li")).not_to_have_count(0)
    return page


def spike(id_: int) -> Spike:
    """What the database knows of a spike."""
    with database.reading() as session:
        return session.get_one(Spike, id_)


def test_what_fires_is_told_first(alerts: Page) -> None:
    expect(alerts.locator("#now-title")).to_have_text("2 alerts fire")
    expect(alerts.locator("#firing > li")).to_have_count(2)
    expect(alerts.locator("#firing")).to_contain_text("150 in 1 hour, where 18 were expected")
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
    expect(why).to_contain_text("10 in 10 minutes")
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


def test_somebody_looks_after_an_alert_by_keyboard_alone(alerts: Page) -> None:
    alerts.locator(f"#firing [data-spike='{CANCEL}'] a").focus()
    alerts.keyboard.press("Tab")
    expect(alerts.get_by_role("button", name="Acknowledge: Cancel voices")).to_be_focused()
    alerts.keyboard.press("Enter")
    expect(alerts.get_by_role("dialog", name="Acknowledge this alert")).to_be_visible()
    alerts.keyboard.type("Mo")
    alerts.keyboard.press("Enter")
    expect(alerts.locator(f"#firing [data-spike='{CANCEL}']")).to_contain_text("Mo looks after it")
    expect(alerts.locator("#done")).to_have_text("You look after it now, Mo.")
    expect(alerts.get_by_role("button", name="Acknowledge again: Cancel voices")).to_be_focused()
    assert spike(CANCEL).acknowledged_by == "Mo"


def test_who_comes_second_is_told_who_was_first(open_page: OpenPage) -> None:
    page = open_page("/alerts?refresh=off")
    button = page.get_by_role("button", name=re.compile("Acknowledge: Posts"))
    expect(button).to_be_visible()
    with database.writing() as session:
        silences.acknowledge(session, 1, by="Kim", now=NOW)
    button.click()
    page.get_by_role("dialog").get_by_label("Your name").fill("Mo")
    page.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#done")).to_contain_text("Kim looks after it already")
    assert spike(1).acknowledged_by == "Kim"


def test_a_silence_is_put_on_record_and_ended(alerts: Page) -> None:
    alerts.get_by_role("button", name=re.compile("Silence …: Cancel voices")).click()
    dialog = alerts.get_by_role("dialog", name="Silence alerts")
    dialog.get_by_text("1 day").click()
    expect(dialog).to_contain_text("Ends 4 Mar 2026, 09:00")
    dialog.get_by_label("Why").fill("known: <b>the letter</b>")
    dialog.get_by_label("Your name").fill("Mo")
    dialog.get_by_role("button", name="Silence", exact=True).click()
    row = alerts.locator("#silence-list > li").filter(has_text="Cancel voices")
    expect(row).to_contain_text("known: <b>the letter</b>")
    with database.reading() as session:
        kept = session.exec(select(Silence).where(Silence.signal == "cancel")).one()
    assert (kept.watch, kept.ends_at, kept.created_by) == ("demo", NOW + timedelta(days=1), "Mo")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    with database.reading() as session:
        assert session.get_one(Silence, kept.id).ends_at == NOW


def test_what_the_api_refuses_is_said_in_the_dialog(alerts: Page, complaints: list[str]) -> None:
    alerts.get_by_role("button", name="New silence").click()
    dialog = alerts.get_by_role("dialog", name="Silence alerts")
    dialog.get_by_text("Until …").click()
    dialog.get_by_label("Until", exact=True).fill("2020-01-01T00:00")
    dialog.get_by_label("Why").fill("too late")
    dialog.get_by_role("button", name="Silence", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("ends_at: is past")
    complaints.clear()  # the browser logs the refusal


def test_a_silence_that_another_has_ended_is_said(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/alerts?refresh=off")
    row = page.locator("#silence-list > li").filter(has_text="The price letter")
    expect(row).to_be_visible()
    page.route("**/api/v1/silences/*", lambda route: route.fulfill(status=404, json={"detail": "There is none."}))
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).to_have_text("It had ended already.")
    complaints.clear()  # the browser logs the refusal


def test_a_message_that_was_given_up_is_sent_again(alerts: Page) -> None:
    row = alerts.locator("#messages [data-delivery='1']")
    for words in ("given up", "10 attempts", "answer 503", "The endpoint answered 503."):
        expect(row).to_contain_text(words)
    row.get_by_role("button").click()
    expect(row).to_have_attribute("data-state", "pending")
    with database.reading() as session:
        assert session.get_one(Delivery, 1).next_attempt_at == NOW


def test_a_message_that_was_delivered_meanwhile_is_not_sent_twice(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/alerts?refresh=off")
    row = page.locator("#messages [data-delivery='2']")
    expect(row).to_contain_text("next attempt 3 Mar 2026, 09:30 (in 30 minutes)")
    with database.writing() as session:
        session.get_one(Delivery, 2).delivered_at = NOW
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).to_contain_text("delivered in the meantime")
    expect(row).to_have_attribute("data-state", "delivered")
    complaints.clear()  # the browser logs the refusal


def test_what_was_held_back_is_told_with_its_reason(alerts: Page) -> None:
    groups = alerts.locator("#held-list > li")
    expect(groups.filter(has_text="Cancel voices tells of the same event")).to_contain_text("Concern: Price")
    expect(groups.filter(has_text="silence 1")).to_contain_text("The price letter is known.")


def test_endpoints_are_told_with_their_state(alerts: Page) -> None:
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
    expect(page.locator("#opened")).to_contain_text("Market power")
    page.evaluate(AXE)
    assert [found for found in page.evaluate(FOUND) if found[0] in BAD] == []


def test_it_speaks_french_on_a_phone(open_page: OpenPage) -> None:
    page = open_page(f"/alerts?ui=fr&spike={PRIVACY}", viewport={"width": 390, "height": 844})
    expect(page.locator("#now-title")).to_have_text("2 alertes en cours")
    expect(page.locator("#opened")).to_contain_text("Motif : Vie privée")
    assert page.evaluate("document.body.scrollWidth <= innerWidth")
