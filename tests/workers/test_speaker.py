"""Who speaks, and whether what they say of leaving may be about themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.buckets import CANCEL_STAGES, STAGES
from workers.grammar import tokenise
from workers.speaker import SPEAKERS, may_stand, read_speaker

NAMES = ("Harbour Clinics", "@harbour")


def speaker(text: str, platform: str | None = None) -> str:
    return read_speaker(tokenise(text), names=NAMES, platform=platform)[0]


@pytest.mark.parametrize(
    "text",
    [
        "I've been a member for six years and this is how I find out",
        "Closing my Harbour Clinics account on Friday",
        "My doctor there is the only reason to hesitate",
        "As a state senator and a patient: I'm cancelling over this",
        "Je suis cliente depuis quatre ans, la nouvelle fait mal",
        "J'ai rendu ma carte à l'accueil ce matin",
    ],
)
def test_whoever_speaks_of_their_own_custom_is_a_member(text: str) -> None:
    assert speaker(text) == "member"


@pytest.mark.parametrize(
    "text",
    [
        "Harbour Clinics patients vow to leave after the Gullwing deal",
        "Gullwing swallows Harbour Clinics for two billion - CNBC",
        "Gullwing deal worries nurses, via @reuters https://t.example/x",
        'Anger grows: "I\'m cancelling my membership tonight", one user wrote',
        "Des abonnés de Harbour Clinics menacent de résilier",
        "Selon un porte-parole, les dossiers resteront séparés",
    ],
)
def test_a_headline_or_a_report_is_the_press(text: str) -> None:
    assert speaker(text) == "press"


@pytest.mark.parametrize(
    "text",
    [
        "We urge the Justice Department to block this acquisition",
        "My colleagues and I have questions for Gullwing. This merger must be blocked.",
        "As chair of the committee I will hold a hearing on Harbour Clinics",
        "En tant que ministre, je veillerai sur les dossiers de nos concitoyens",
    ],
)
def test_whoever_speaks_for_an_authority_is_an_official(text: str) -> None:
    assert speaker(text) == "official"


@pytest.mark.parametrize(
    "text",
    [
        "We at Harbour Clinics take this seriously",
        "Nothing changes for our members. Send us a DM and the desk will look into it.",
        "Sorry to hear that! Please reach out to us at the front desk.",
        "Rien ne change pour nos membres, contactez-nous par mail",
    ],
)
def test_whoever_speaks_as_the_service_is_the_company(text: str) -> None:
    assert speaker(text) == "company"


@pytest.mark.parametrize(
    "text",
    [
        "Gullwing to buy Harbour Clinics, according to the radio. Cancelled.",
        "Breaking news: they sold it. Leaving tomorrow!",
        "One user wrote that fees will go up, so we are leaving",
        "Sorry to hear it. I quit today",
        "Never been a member of anything like that",
        "Harbour Clinics, we need to talk",
        "Lovely weather at the harbour",
        "",
    ],
)
def test_whoever_leaves_without_saying_more_is_nobody_in_particular(text: str) -> None:
    assert speaker(text) == "other"


def test_what_stands_in_a_feed_is_an_article_unless_it_speaks_of_its_author() -> None:
    assert speaker("Gullwing and Harbour Clinics close their merger", platform="feed") == "press"
    assert speaker("'I'm cancelling my membership': anger at Harbour Clinics", platform="feed") == "press"
    assert speaker("I cancelled my membership", platform="feed") == "member"
    assert speaker("Cancelled Harbour Clinics today", platform="feed") == "other"
    assert speaker("Gullwing and Harbour Clinics close their merger", platform="x") == "other"


def test_the_words_that_tell_are_the_evidence() -> None:
    text = "Honestly: I\u2019ve been a  member since March"
    _, (evidence,) = read_speaker(tokenise(text), names=NAMES)
    assert evidence.text == text[evidence.start : evidence.end] == "been a  member"
    assert evidence.rule == "speaker.member"


@pytest.mark.parametrize("stage", CANCEL_STAGES)
def test_only_people_leave(stage: str) -> None:
    assert [one for one in SPEAKERS if may_stand(stage, one)] == ["member", "other"]


@pytest.mark.parametrize("stage", ["reported", "urging", "none"])
def test_anybody_may_report_and_urge(stage: str) -> None:
    assert all(may_stand(stage, one) for one in SPEAKERS)
    assert stage in STAGES


@given(st.text(max_size=500))
def test_any_text_has_a_speaker(text: str) -> None:
    found, evidence = read_speaker(tokenise(text), names=NAMES)
    assert found in SPEAKERS
    assert all(text[one.start : one.end] == one.text for one in evidence)


def test_who_denies_being_a_member_is_none() -> None:
    assert speaker("They aren't as a member would be") == "other"
    assert speaker("Speaking as a member of Harbour Clinics, no thanks") == "member"
