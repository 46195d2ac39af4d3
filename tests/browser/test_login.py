"""Logging in as a person does: by keyboard, without scripts, in French, and out again for good."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import SCHEMES, SIZES
from tests.browser.simulated import NOW
from tests.browser.site import Site
from tests.browser.troubled import trouble
from tests.dashboards.accounts_given import PASSWORDS, put_accounts
from uproar import corrections, database
from uproar.corrections import Given

AXE = Path(sys.prefix, "node_modules", "axe-core", "axe.min.js")
LOADED = "body[data-loaded]"


@pytest.fixture(autouse=True)
def guarded(site: Site) -> Site:
    """The site with an account of each role."""
    put_accounts()
    return site


def log_in(page: Page, name: str = "anton", password: str | None = None) -> None:
    """Fill the form by keyboard: the name has the focus when it opens."""
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORDS[name] if password is None else password)
    page.keyboard.press("Enter")


def test_somebody_logs_in_by_keyboard_and_comes_to_where_they_wanted_to_go(open_page: OpenPage) -> None:
    page = open_page("/?from=now-6h&refresh=off")
    expect(page).to_have_title("Log in – Uproar")
    log_in(page)
    expect(page.locator("#logout bdi")).to_have_text("anton")
    page.wait_for_selector(LOADED)
    assert page.url.endswith("/?from=now-6h&refresh=off")


def test_a_wrong_password_is_told_and_the_name_stays(open_page: OpenPage, complaints: list[str]) -> None:
    page = open_page("/alerts")
    log_in(page, "anton", "guessed")
    expect(page.get_by_role("alert")).to_have_text("This name and password do not belong together.")
    expect(page.get_by_label("Name")).to_have_value("anton")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORDS["anton"])
    page.keyboard.press("Enter")
    page.wait_for_selector(LOADED)
    assert page.url.endswith("/alerts")
    assert [one for one in complaints if "403" not in one] == [], "the browser notes the refusal"
    complaints.clear()


def test_who_logs_out_leaves_nothing_to_go_back_to(open_page: OpenPage) -> None:
    page = open_page("/?refresh=off")
    log_in(page)
    page.wait_for_selector(LOADED)
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_title("Log in – Uproar")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("#list")).to_have_count(0)


def test_a_page_that_is_open_asks_for_the_password_when_its_session_is_over(
    open_page: OpenPage, complaints: list[str]
) -> None:
    page = open_page("/?refresh=off")
    log_in(page)
    page.wait_for_selector(LOADED)
    page.context.clear_cookies(name="uproar")
    page.keyboard.press("r")
    expect(page.get_by_label("Password")).to_be_visible()
    log_in(page)
    page.wait_for_selector(LOADED)
    assert page.url.endswith("/?refresh=off")
    assert [one for one in complaints if "401" not in one] == [], "the browser notes the refusal"
    complaints.clear()


@pytest.mark.parametrize(("name", "buttons"), [("vera", False), ("anton", True)])
def test_a_viewer_sees_no_button_that_corrects(open_page: OpenPage, name: str, *, buttons: bool) -> None:
    with database.writing() as session:
        corrections.correct(session, 1, Given(stage="reported"), note=None, by=None, now=NOW)
    page = open_page("/?refresh=off")
    log_in(page, name)
    page.wait_for_selector(LOADED)
    for path, posts in (("/", 10), ("/quality", 1)):
        page.goto(f"{path}?watch=demo&refresh=off")
        expect(page.locator("#list > li[data-post]")).to_have_count(posts)
        expect(page.get_by_role("button", name=re.compile("^Correct"))).to_have_count(posts if buttons else 0)


def test_who_is_logged_in_is_not_asked_for_a_name(open_page: OpenPage) -> None:
    trouble()
    page = open_page("/alerts?refresh=off")
    log_in(page)
    page.get_by_role("button", name=re.compile("Acknowledge: Posts")).click()
    dialog = page.get_by_role("dialog", name="Acknowledge this alert")
    expect(dialog).to_contain_text("Your name: anton")
    expect(dialog.get_by_role("textbox")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_have_text("You look after it now, anton.")
    page.get_by_role("button", name="New silence").click()
    expect(page.get_by_role("dialog", name="Silence alerts").get_by_label("Your name")).to_have_count(0)


@pytest.mark.parametrize(("name", "may"), [("vera", False), ("anton", True)])
def test_a_viewer_has_nothing_to_press_where_alerts_and_quality_are_read(
    open_page: OpenPage, name: str, *, may: bool
) -> None:
    page = open_page("/alerts?refresh=off")
    log_in(page, name)
    expect(page.locator("#silence-list")).to_be_visible()
    expect(page.locator("#new-silence")).to_be_visible(visible=may)
    page.goto(page.url.replace("/alerts", "/quality"))
    expect(page.locator("#judging")).to_be_visible(visible=may)


def test_it_speaks_french_and_needs_no_script(open_page: OpenPage) -> None:
    page = open_page("/sources", locale="fr-FR", java_script_enabled=False)
    expect(page).to_have_title("Connexion – Uproar")
    expect(page.get_by_label("Mot de passe")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page).to_have_title("Log in – Uproar")
    page.get_by_label("Name").fill("anton")
    page.get_by_label("Password").fill(PASSWORDS["anton"])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#logout bdi")).to_have_text("anton")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    assert page.url.endswith("/sources")


def test_a_link_from_another_site_finds_who_is_logged_in(
    open_page: OpenPage, site: Site, complaints: list[str]
) -> None:
    page = open_page("/?refresh=off")
    log_in(page)
    page.wait_for_selector(LOADED)
    other = site.address.replace("127.0.0.1", "localhost")  # another site, as cookies see it
    page.goto(f"{other}/login")
    page.evaluate("address => { location.href = address; }", f"{site.address}/alerts")
    page.wait_for_url(f"{site.address}/alerts")
    expect(page.locator("#logout bdi")).to_have_text("anton")
    assert [one for one in complaints if not one.startswith(f"asked {other}/")] == []
    complaints.clear()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_the_form(open_page: OpenPage, scheme: str, size: str) -> None:
    page = open_page("/login", color_scheme=scheme, **SIZES[size])
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("async () => (await axe.run()).violations.map(one => one.id)") == []
