"""Pages ask nothing but the documented API: whatever they show, anybody can ask for."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.pages import VIEWS, View
from tests.browser.site import Site


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_asks_only_for_what_the_schema_describes(site: Site, open_page: OpenPage, view: View) -> None:
    documented = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in site.app.openapi()["paths"]]
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(site.address + view.path)
    page.wait_for_selector(view.ready)
    page.keyboard.press("r")
    page.wait_for_selector("body:not([data-loaded='1'])")
    data = {path for path in asked if not path.startswith("/web/") and path != urlsplit(view.path).path}
    assert data
    assert [path for path in data if not any(one.fullmatch(path) for one in documented)] == []
