"""The first run: nothing is there yet, and the page leads to the command that adds it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.site import Site, lived_in, served
from uproar import migrating


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """An installation with tables and nothing else."""
    (tmp_path / "watches").mkdir()
    with lived_in(tmp_path):
        migrating.migrate()
    with served(tmp_path) as running:
        yield running


def test_a_fresh_installation_leads_from_the_overview_to_what_is_missing(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_role("link", name="See what is missing").click()
    expect(page.get_by_role("heading", name="Welcome. Nothing is watched yet.")).to_be_visible()
    missing = page.locator("#todo [data-name=watches]")
    expect(missing.locator(".chip")).to_have_text("missing")
    expect(missing.locator("code")).to_have_text("uproar watch new NAME")
    expect(page.locator("#fine")).to_contain_text("Database")
