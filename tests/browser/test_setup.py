"""What an installation still needs: each check with its state, its meaning and the command that mends it."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import VISITOR
from tests.browser.site import served


def test_without_a_database_it_says_so_and_what_to_type(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "watches").mkdir()
    with served(tmp_path) as bare:
        context = browser.new_context(base_url=bare.address, **VISITOR)
        page = context.new_page()
        page.goto("/setup?ui=fr")
        item = page.locator("#todo [data-name=database]")
        expect(item.locator(".found")).to_contain_text("sqlite, tables à la version None")
        expect(item.locator("p code").first).to_have_text("uproar migrate")
        page.goto("/?ui=fr")
        expect(page.locator("#problem")).to_contain_text(
            "La base de données est injoignable, ou n’a pas encore de tables."
        )
        page.goto("/?ui=en")
        expect(page.locator("#problem")).to_contain_text("The database cannot be reached or has no tables yet.")
        context.close()


def test_each_check_has_a_state_its_meaning_and_what_to_type(open_page: OpenPage) -> None:
    page = open_page("/setup", permissions=["clipboard-write", "clipboard-read"])
    item = page.locator("#todo [data-name=evaluation]")
    expect(item).to_contain_text("It tells how often the rules are right")
    expect(item.locator("code")).to_have_text("uproar evaluate FILE --save")
    item.get_by_role("button", name="Copy the command").click()
    expect(item.get_by_role("button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "uproar evaluate FILE --save"
    expect(page.locator("#standing")).to_contain_text("missing")
    expect(page.locator("#fine li").filter(has_text="Sources of demo")).to_contain_text("4 switched on")


def test_it_speaks_french(open_page: OpenPage) -> None:
    page = open_page("/setup", locale="fr-FR")
    expect(page.get_by_role("heading", name="À faire")).to_be_visible()
    item = page.locator("#todo [data-name=evaluation]")
    expect(item.locator(".found")).to_have_text("Constaté : aucune n’a été gardée")
    expect(item).to_contain_text("Étiquetez quelques-uns de vos messages")
    expect(item.locator(".chip")).to_have_text("à ajouter")
    expect(page.locator("#fine li").filter(has_text="Sources de demo")).to_contain_text("4 en marche")
    expect(page.locator("#todo [lang=en], #fine [lang=en]")).to_have_count(0)
