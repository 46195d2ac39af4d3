"""A browser for each worker, and a site and a page that puts up with nothing for each test."""

import asyncio
import fcntl
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser import simulated
from tests.browser.chromium import launch
from tests.browser.pages import VISITOR
from tests.browser.site import Site, copied, prepare, served
from tests.browser.troubled import trouble

TIMEOUT_MS = 30_000  # a busy machine is no fault of the page
expect.set_options(timeout=TIMEOUT_MS)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def started() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The browser of this worker, and the loop by which it is spoken to."""
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        running = launch(playwright)
        asyncio._set_running_loop(None)
        yield running, loop
        asyncio._set_running_loop(loop)
        running.close()


@pytest.fixture
def browser(started: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser, for one test. Its loop counts as running only so long: other tests run loops of their own."""
    running, loop = started
    asyncio._set_running_loop(loop)
    yield running
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def simulated_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a simulated day; whichever worker comes first makes it for all."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "simulated-day"
    with (shared / "simulated-day.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            prepare(folder)
    return folder


@pytest.fixture
def site(simulated_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dashboard with the simulated day, for one test: what it changes, no other sees."""
    with served(copied(simulated_day, tmp_path_factory.mktemp("site") / "day")) as running:
        yield running


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of this test complained of; a test that wants trouble looks at it and clears it."""
    return []


@pytest.fixture
def open_page(browser: Browser, site: Site, complaints: list[str]) -> Iterator[OpenPage]:
    """Opens pages like new visitors, by default on a dark desktop: `open_page("/alerts", color_scheme="light")`.

    The test fails if one of them logs an error, throws, breaks the policy, or asks anybody but the site.
    """
    contexts = []

    def open_page(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(base_url=site.address, **{**VISITOR, **options})
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        context.clock.set_fixed_time(simulated.NOW)
        page = context.new_page()
        _watch_over(page, site, complaints)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The overview on a dark desktop, with its figures, its posts and every chart."""
    page = open_page()
    expect(page.locator("body")).to_have_attribute("data-loaded", re.compile(r"\d"))
    return page


@pytest.fixture
def troubled(site: Site) -> None:
    """Much goes wrong in the simulated day."""
    trouble()


@pytest.fixture
def alerts(troubled: None, open_page: OpenPage) -> Page:
    """The page of the alerts when much goes wrong, with its lists."""
    page = open_page("/alerts")
    expect(page.locator("#spikes > li")).not_to_have_count(0)
    return page


def _watch_over(page: Page, site: Site, complaints: list[str]) -> None:
    def logged(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):  # a breach of the policy is logged as an error
            complaints.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((site.address + "/", "data:", "blob:")):
            complaints.append(f"asked {request.url}")

    page.on("console", logged)
    page.on("dialog", lambda dialog: complaints.append(f"asked the visitor: {dialog.message}"))
    page.on("pageerror", lambda error: complaints.append(f"threw: {error}"))
    page.on("request", asked)
