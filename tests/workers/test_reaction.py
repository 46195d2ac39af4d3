"""What is made of one post for one watch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.watch import Watch
from workers.reaction import Scorer

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
