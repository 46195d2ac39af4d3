"""Everybody can use it: axe-core finds nothing serious, dark or light, on a desktop or on a phone."""

import sys
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage
from tests.browser.pages import SCHEMES, SIZES, VIEWS, View

AXE = Path(sys.prefix, "node_modules", "axe-core", "axe.min.js").read_text(encoding="utf-8")
BAD = ("serious", "critical")
FOUND = "async () => (await axe.run()).violations.map(one => [one.impact, one.id, one.nodes.map(node => node.html)])"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_axe_finds_nothing_serious(open_page: OpenPage, view: View, scheme: str, size: str) -> None:
    page = open_page(view.path, color_scheme=scheme, **SIZES[size])
    page.wait_for_selector(view.ready)
    page.evaluate(AXE)
    assert [found for found in page.evaluate(FOUND) if found[0] in BAD] == []
