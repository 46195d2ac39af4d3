"""The tests of the page would notice: each of these is complained of, and does nothing."""

import time

import pytest
from playwright.sync_api import Page

PATIENCE_S = 30
WRONG = {
    "console.error('wrong')": "error: wrong",
    "setTimeout(() => { throw new Error('wrong') })": "Error: wrong",
    "fetch('https://elsewhere.example/').catch(() => null)": "connect-src",
    "document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/x.png' }))": "img-src",
    "document.body.innerHTML = '<p>markup</p>'": "TrustedHTML",
    "document.body.setAttribute('style', 'color: red')": "style-src",
    "eval('1')": "eval",
    "document.createElement('script').text = 'window.hit = 1'": "TrustedScript",
}


@pytest.mark.parametrize("script", WRONG)
def test_what_the_policy_forbids_is_noticed(page: Page, complaints: list[str], script: str) -> None:
    page.evaluate("script => { setTimeout(() => { SCRIPT }) }".replace("SCRIPT", script))
    until = time.monotonic() + PATIENCE_S
    while not any(WRONG[script] in complaint for complaint in complaints):
        assert time.monotonic() < until, complaints
        page.wait_for_timeout(20)
    assert page.evaluate("window.hit") is None
    page.close()  # what it complains of from now on is nobody's
    complaints.clear()
