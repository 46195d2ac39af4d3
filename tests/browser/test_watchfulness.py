"""The tests of the page would notice: each of these is complained of, and does nothing."""

import pytest
from playwright.sync_api import Page

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
    page.wait_for_timeout(150)
    assert page.evaluate("window.hit") is None
    assert any(WRONG[script] in complaint for complaint in complaints), complaints
    complaints.clear()
