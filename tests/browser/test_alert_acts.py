"""What people do about alerts: look after them, silence them, send messages again; and two people at once."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW
from tests.browser.site import Site
from tests.browser.troubled import trouble
from uproar import database, silences
from uproar.models import Delivery, Silence, Spike

CANCEL = 8  # id of a spike of the simulated day


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
