"""What variables and refresh do: the stage filters its chart and the posts, people are counted, seconds go by."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select, update

from tests.browser.conftest import OpenPage
from tests.browser.deals import OTHER, add_other
from tests.browser.panels import drawn_anew, panel, series, told_otherwise
from tests.browser.simulated import NOW, WATCH
from tests.browser.site import Site
from tests.dashboards.given import put
from uproar import database
from uproar.models import Post, Reaction


def test_the_stage_filters_its_chart_and_the_posts_and_all_else_stays_whole(page: Page) -> None:
    figures = page.locator("#figures output").all_inner_texts()
    page.locator("[data-variable=stage] > button").click()
    page.locator("#stage-choices").get_by_label("staying", exact=True).check()
    page.locator("#stage-choices").get_by_label("urging others").check()
    expect(page).to_have_url(re.compile(r"stage=urging&stage=staying|stage=staying&stage=urging"))
    page.keyboard.press("Escape")
    keys = panel(page, "stages").locator(".panel-legend button")
    expect(keys).to_have_count(2)
    assert {one.get_attribute("data-key") for one in keys.all()} == {"urging", "staying"}
    chips = page.locator("#list > li").filter(
        has=page.locator(".chip", has_text=re.compile("^(urging others|staying)$"))
    )
    expect(page.locator("#list > li")).to_have_count(10)
    expect(chips).to_have_count(10)
    assert page.locator("#figures output").all_inner_texts() == figures
    page.reload()
    expect(chips).to_have_count(10)
    expect(keys).to_have_count(2)


def test_members_are_compared_with_people_and_not_with_what_they_wrote(page: Page) -> None:
    with database.writing() as session:
        leaving = session.exec(select(Reaction.post_id).where(Reaction.cancel, Reaction.voice)).all()
        session.exec(update(Post).where(col(Post.id).in_(leaving)).values(author_hash="one and the same"))
    people = series(page)["totals"]["cancel_people"]
    assert people == 1 < len(leaving)
    page.reload()
    expect(page.locator("#f-members-note")).to_contain_text("at least 1 person (member or not) for 412,000 members")


def test_where_people_are_too_many_to_be_told_apart_voices_are_counted_and_said_to_be(page: Page) -> None:
    def crowd(told: dict[str, Any]) -> None:
        told["totals"]["cancel_people"] = None

    told_otherwise(page, crowd)
    expect(page.locator("#f-members-note")).to_contain_text(
        re.compile(r"^\d+ voices \(of members or not\) for 412,000 members")
    )


def test_every_few_seconds_it_asks_again_without_an_open_stream(open_page: OpenPage) -> None:
    page = open_page("/?refresh=5s")
    streams: list[str] = []
    page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/live") else None)
    expect(page.locator("#connection-text")).to_have_text("Every 5s")
    expect(page.locator("#f-posts")).to_have_text(re.compile(r"\d"))
    before = page.locator("#f-posts").inner_text()
    put(start=NOW, watch=WATCH)
    expect(page.locator("#f-posts")).not_to_have_text(before)
    assert streams == []


@pytest.mark.parametrize(
    ("locale", "told", "concern"),
    [
        ("en-GB", "Cancel voices: 23 in 10 min, expected 1.1", "Concern Quality of care"),
        ("fr-FR", "Voix qui partent : 23 en 10 min, pour 1,1", "Motif Qualité des soins"),
    ],
)
def test_what_happened_is_told_in_the_language_of_the_page(
    open_page: OpenPage, locale: str, told: str, concern: str
) -> None:
    page = open_page(locale=locale)
    expect(page.locator("#marks")).to_contain_text(concern)
    row = page.locator("#marks li").filter(has_text=re.compile("Cancel voices|Voix qui partent"))
    expect(row.first).to_contain_text(told)


def test_several_deals_are_counted_together_and_the_address_says_so(site: Site, open_page: OpenPage) -> None:
    add_other(site.folder)
    page = open_page(f"/?watch={OTHER}")
    title, posts = page.locator("#title"), page.locator("#f-posts")
    expect(page.locator("body")).to_have_attribute("data-loaded", "1")
    alone = int(posts.inner_text())
    page.locator("[data-variable=also] > button").click()
    with drawn_anew(page):
        page.locator("#also-choices").get_by_label(re.compile("Brindlemart")).check()
    expect(page).to_have_url(re.compile(rf"watch={OTHER}&also={WATCH}"))
    expect(title).to_have_text(re.compile(r"^Meadow buys Brook \+ Brindlemart"))
    told = series(page)
    assert told["totals"]["posts"] > alone
    expect(posts).to_have_text(f"{told['totals']['posts']:,}")
    page.reload()
    expect(posts).to_have_text(f"{told['totals']['posts']:,}")
    page.locator("[data-variable=also] > button").click()
    page.locator("#also-choices").get_by_label("no other").check()
    expect(posts).to_have_text(str(alone))
    expect(title).to_have_text("Meadow buys Brook")


def test_where_there_is_one_deal_no_other_is_offered(page: Page) -> None:
    expect(page.locator("[data-variable=also]")).to_be_hidden()
