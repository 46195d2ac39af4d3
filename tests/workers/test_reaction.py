"""What is made of one post for one watch."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.watch import Watch
from workers.grammar.reader import reader
from workers.grammar.tokens import MAX_CHARS
from workers.reaction import Asked, Scorer
from workers.sentiment import label_of

WATCH = Watch.model_validate(
    {
        "name": "harbor",
        "title": "Bigcorp buys Harbor Health",
        "starts": "2024-01-01T00:00:00Z",
        "names": ["Bigcorp"],
        "services": [
            {"name": "Harbor Health", "aliases": ["HH Clinic"], "handles": ["harbor_care"]},
            {"name": "Lakeside"},
        ],
        "concerns": [{"name": "privacy", "words": {"en": ["data"], "fr": ["données"]}}],
    }
)
SCORER = Scorer(WATCH)


def test_a_reaction_brings_everything_together() -> None:
    post = "Block this takeover. I'm leaving Harbor Health before they get my data."
    reaction = SCORER.react(post)
    assert (reaction.lang, reaction.intent.stage, reaction.stance) == ("en", "cancelling", "against")
    assert reaction.concerns == ("privacy",)
    assert reaction.voice
    assert [one.start for one in reaction.evidence] == sorted(one.start for one in reaction.evidence)
    assert {one.rule.split(".")[0] for one in reaction.evidence} == {"stance", "en", "concern"}
    assert all(post[one.start : one.end] == one.text for one in reaction.evidence)


@pytest.mark.parametrize("name", ["Harbor Health", "HH Clinic", "@harbor_care", "Lakeside"])
def test_without_a_target_every_service_of_the_watch_may_be_left(name: str) -> None:
    assert SCORER.react(f"I'm leaving {name}").intent.cancel


def test_with_a_target_only_that_service_may_be_left() -> None:
    assert SCORER.react("I'm leaving HH Clinic", target="harbor health").intent.cancel
    assert not SCORER.react("I'm leaving HH Clinic", target="Lakeside").intent.cancel
    assert SCORER.react("I'm leaving Uptown", target="Uptown").intent.cancel


def test_leaving_the_buyer_is_not_leaving_the_service() -> None:
    assert not SCORER.react("I'm cancelling my Bigcorp subscription").intent.cancel


def test_a_repost_keeps_its_stage_and_is_no_voice() -> None:
    reaction = SCORER.react("I'm leaving Harbor Health", repost=True)
    assert reaction.intent.cancel
    assert not reaction.voice


def test_the_claimed_language_and_the_parent_reach_the_modules() -> None:
    assert SCORER.react("👋", lang_claim="fr").lang == "fr"
    assert SCORER.react("Me too.", parent="I'm leaving Harbor Health").intent.cancel


def test_without_a_watch_there_are_no_concerns() -> None:
    reaction = Scorer(None).react("I'm cancelling my membership over data")
    assert reaction.intent.cancel
    assert reaction.concerns == ()


@given(st.text(max_size=300))
def test_any_text_can_be_scored_and_twice_the_same(text: str) -> None:
    assert SCORER.react(text) == SCORER.react(text)


POSTS = st.builds(
    Asked,
    st.sampled_from(
        [
            "",
            "I'm leaving Harbor Health over my data",
            "Je quitte Lakeside, à cause de mes données !",
            "Me too.",
            "Breaking: members vow to leave Harbor Health - CNBC",
            "Ik ga weg bij Lakeside",
            '"I am leaving Lakeside" so sad\n\nbut not me',
        ]
    ),
    lang_claim=st.sampled_from([None, "fr"]),
    target=st.sampled_from([None, "Lakeside"]),
    parent=st.sampled_from([None, "I'm leaving Harbor Health"]),
    repost=st.booleans(),
    platform=st.sampled_from([None, "feed"]),
)


@given(st.lists(POSTS, max_size=6))
def test_posts_that_are_scored_together_do_not_change_one_another(posts: list[Asked]) -> None:
    assert SCORER.react_all(posts) == [SCORER.react_all([post])[0] for post in posts]


HOSTILE = [
    "a" * 1_000_000,
    "cancel " * 150_000,
    "#A" * 300_000,
    '"' * 1_000_000,
    "«a " * 300_000,
    "\n" * 1_000_000,
    ". " * 400_000,
    "https://" * 120_000,
    "@a" * 400_000,
    "é" * 1_000_000,
    "👨‍👩‍👧‍👦" * 100_000,
    "\u202e" * 500_000 + "I am cancelling",
    "e\u0301" * 400_000,
    "my data " * 120_000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_megabyte_of_anything_takes_less_than_fifty_milliseconds_a_kilobyte_of_what_is_read(text: str) -> None:
    started = time.process_time()
    reaction = SCORER.react(text)
    assert time.process_time() - started < 0.05 * MAX_CHARS / 1_000 * 3  # three times: other tests share the machine
    assert all(one.text == text[one.start : one.end] for one in reaction.evidence)


ANY = st.text(st.characters(codec=None), max_size=200)
WORDS = st.lists(
    st.sampled_from(["I", "am", "cancelling", "Harbor", "Care", "je", "résilie", "#", "“", "”", "…", "my data"])
)


@given(st.one_of(ANY, WORDS.map(" ".join)), st.one_of(st.none(), ANY), st.one_of(st.none(), ANY))
def test_any_post_gets_a_reaction_with_evidence_that_is_in_it(
    text: str, parent: str | None, target: str | None
) -> None:
    reaction = SCORER.react(text, parent=parent, target=target)
    assert all(one.text == text[one.start : one.end] != "" for one in reaction.evidence)
    assert label_of(reaction.sentiment.compound) == reaction.sentiment.label


def test_ever_new_targets_and_very_long_ones_cost_little_and_leave_little_behind() -> None:
    started = time.process_time()
    for number in range(50):
        assert SCORER.react(f"I'm leaving Svc{number}", target=f"Svc{number}").intent.cancel
    SCORER.react("I'm leaving", target="abc" * 100_000)
    assert time.process_time() - started < 10
    assert reader.cache_info().maxsize == 32


@pytest.mark.parametrize("text", ["*Bigcorp* _said in a statement_ that it buys", "Bigcorp said in aא statement"])
def test_signs_around_a_phrase_do_not_hide_where_it_stands(text: str) -> None:
    assert all(one.text for one in SCORER.react(text).evidence)
