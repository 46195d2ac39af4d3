"""What was expected beside what was counted: on the panels, in the figures, and where nothing is known."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from tests.browser.conftest import OpenPage
from tests.browser.panels import panel, series, told_otherwise
from uproar import database
from uproar.models import Spike


@pytest.mark.parametrize(("name", "signal"), [("expected-posts", "posts"), ("expected-cancel", "cancel")])
def test_the_panels_show_what_was_expected_and_since_when_that_is_known(page: Page, name: str, signal: str) -> None:
    told = series(page)["expected"][signal]
    numbers = [one for one in told["expected"] if one is not None]
    assert len(numbers) > len(told["expected"]) / 2
    assert all(low <= high for low, high in zip(told["low"], told["high"], strict=True) if low is not None)
    row = panel(page, name).locator(".panel-legend button[data-key=expected]")
    expect(row).to_contain_text("Expected (not known before")
    expect(row.locator("b").first).to_have_text(re.compile(r"\d"))


def test_the_tile_compares_the_range_and_the_last_hour_that_was_looked_at(page: Page) -> None:
    told = r"^[\d.]+ expected in the whole range; now \d+ in 1 hour, [\d.]+ expected$"
    expect(page.locator("#f-cancel-note")).to_have_text(re.compile(told))


@pytest.mark.usefixtures("troubled")
def test_the_alarm_says_how_many_there_are_now_and_how_many_were_expected(open_page: OpenPage) -> None:
    with database.writing() as session:
        firing = session.exec(
            select(Spike).where(col(Spike.resolved_at).is_(None)).order_by(col(Spike.started_at))
        ).all()
        for one, signal in zip(firing, ("threshold:busy", "cancel"), strict=True):
            one.signal, one.count, one.expected = signal, 1_038, 4.25
    page = open_page()
    note = r"^since .*: Rule busy 1,038 now, the limit is 4.3 · Cancel voices 1,038 now, 4.3 expected$"
    expect(page.locator("#f-alarm-note")).to_have_text(re.compile(note))


def test_where_nothing_is_known_nothing_is_said(page: Page) -> None:
    def forget(told: dict[str, Any]) -> None:
        told["expected"], told["totals"]["expected"] = {}, {}

    told_otherwise(page, forget)
    expect(page.locator("#f-cancel-note")).to_have_text(re.compile(r"^now \d+ in [^,]*$"))
    row = panel(page, "expected-posts").locator(".panel-legend button[data-key=expected]")
    expect(row.locator("b").first).to_have_text("\N{EN DASH}")
