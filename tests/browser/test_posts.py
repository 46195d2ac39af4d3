"""The list of posts: filters, the words that decided, and a person's correction, which counts at once."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.simulated import NOW, WATCH
from tests.dashboards.given import put
from uproar import database
from uproar.models import Post, Reaction

TEXT = "😀 I cancelled, and I mean it"
LONG = "All of it. " * 900


@pytest.fixture
def posted(site: object) -> int:
    """The newest post: it cancels, and says so after a letter that JavaScript counts twice."""
    put(minute=-2, start=NOW, watch=WATCH, text=LONG)
    evidence = [{"start": 2, "end": 13, "text": "I cancelled", "rule": "en.left"}]
    return put(start=NOW, watch=WATCH, text=TEXT, stage="cancelled", sentiment="negative", evidence=evidence)


@pytest.fixture
def corrected(posted: int, page: Page) -> Page:
    """The overview with the dialog open in which that post is corrected."""
    page.locator(f"[data-post='{posted}']").get_by_role("button", name="Correct").click()
    expect(page.locator("#correct")).to_be_visible()
    return page


def test_the_words_that_decided_are_marked_and_the_rule_is_named_in_plain_words(posted: int, page: Page) -> None:
    post = page.locator(f"[data-post='{posted}']")
    expect(post.locator("mark")).to_have_text("I cancelled")
    expect(post.locator(".evidence")).to_have_text("Because: I cancelled says that they have left")


def test_a_text_that_was_let_go_is_said_to_be_and_the_rule_stays(posted: int, open_page: OpenPage) -> None:
    with database.writing() as session:
        post, reaction = session.get_one(Post, posted), session.get_one(Reaction, posted)
        post.text, post.let_go_at = "", NOW
        reaction.evidence = [{"start": 2, "end": 13, "rule": "en.left"}]
    item = open_page("/").locator(f"[data-post='{posted}']")
    expect(item.locator(".text")).to_contain_text("The text is not kept any more")
    expect(item.locator(".evidence")).to_have_text("Because: says that they have left")
    item.get_by_role("button", name="Correct").click()


def test_the_rule_is_named_in_french(posted: int, open_page: OpenPage) -> None:
    page = open_page("/", locale="fr-FR")
    expect(page.locator(f"[data-post='{posted}'] .evidence")).to_contain_text("dit être parti ou avoir résilié")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#tile-alarm h2")).to_have_text("Alarme")


def test_a_correction_changes_the_counts_and_is_withdrawn_again(posted: int, corrected: Page) -> None:
    page = corrected
    cancel = page.locator("#f-cancel")
    before = int(cancel.inner_text())
    page.locator("#correct-stage").select_option("staying")
    page.get_by_label("Note").fill("irony")
    page.get_by_label("Your name").fill("Mo")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#correct")).to_be_hidden()
    expect(cancel).to_have_text(str(before - 1))
    post = page.locator(f"[data-post='{posted}']")
    expect(post.locator(".corrected")).to_contain_text("Corrected by Mo")
    expect(post.locator(".chip").filter(has_text="staying")).to_be_visible()
    post.get_by_role("button", name="Correct again").click()
    expect(page.locator("#correct-stage")).to_have_value("staying")
    page.get_by_role("button", name="Withdraw the correction").click()
    expect(cancel).to_have_text(str(before))
    expect(post.locator(".corrected")).to_have_count(0)


def test_a_correction_of_nothing_is_refused(corrected: Page) -> None:
    corrected.get_by_role("button", name="Save").click()
    expect(corrected.locator("#correct-problem")).to_have_text("Nothing is different from what the machine has.")
    corrected.keyboard.press("Escape")
    expect(corrected.locator("#correct")).to_be_hidden()


def test_posts_are_filtered_by_several_things_and_the_strongest_stand_first(page: Page) -> None:
    strongest = put(minute=-600, start=NOW, watch=WATCH, stage="cancelled", sentiment="negative", score=1.0)
    page.get_by_text("Strongest").click()
    page.locator("[data-variable=sentiment] > button").click()
    page.locator("#sentiment-choices").get_by_label("negative").check()
    page.keyboard.press("Escape")
    page.locator("#voice").select_option("true")
    expect(page).to_have_url(re.compile(r"sort=strongest"))
    expect(page).to_have_url(re.compile(r"sentiment=negative"))
    expect(page).to_have_url(re.compile(r"voice=true"))
    posts = page.locator("#list > li")
    expect(posts.first).to_have_attribute("data-post", str(strongest))
    expect(posts.filter(has_not=page.locator(".chip.negative"))).to_have_count(0)


def test_older_posts_that_come_after_the_filter_has_changed_are_left_out(page: Page) -> None:
    held: list[Route] = []
    page.route("**/api/v1/posts?*before=*", lambda route: held.append(route))  # noqa: PLW0108 - a builtin cannot be one
    with page.expect_request("**/api/v1/posts?*before=*"):
        page.locator("#more").click()
    page.locator("#filter").get_by_text("Cancel").click()
    others = page.locator("#list > li").filter(has_not=page.locator(".chip.stage"))
    expect(others).to_have_count(0)
    with page.expect_response("**/api/v1/posts?*before=*"):
        held[0].continue_()
    before = int(page.locator("body").get_attribute("data-loaded") or 0)
    page.keyboard.press("r")
    page.wait_for_function("before => Number(document.body.dataset.loaded) > before", arg=before)
    expect(others).to_have_count(0)


def test_a_very_long_post_is_folded(posted: int, page: Page) -> None:
    post = page.locator("#list > li").filter(has_text=LONG[:40])
    assert post.locator(".text").evaluate("one => one.clientHeight") < 200
    button = post.get_by_role("button", name=f"Show all {len(LONG):,} characters")
    button.click()
    expect(button).to_have_count(0)
    assert post.locator(".text").evaluate("one => one.clientHeight") > 400
