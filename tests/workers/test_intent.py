"""What authors say about their own custom. Every sentence here was written for these tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.buckets import STAGES
from workers.evidence import Intent
from workers.grammar import read as read_languages
from workers.grammar import tokenise
from workers.grammar.tokens import MAX_CHARS
from workers.intent import read_intent

TARGET = "Harbor Health"

ENGLISH = [
    ("cancelled", "I've finally cancelled my Harbor Health plan."),
    ("cancelled", "cancelled our membership this morning"),
    ("cancelled", "We deleted our Harbor Health accounts over the weekend."),
    ("cancelled", "My Harbor Health account is closed, good."),
    ("cancelling", "I am going to cancel my Harbor Health membership."),
    ("cancelling", "we're leaving Harbor Health, enough is enough"),
    ("cancelling", "Please terminate my plan and confirm by letter."),
    ("cancelling", "Not going to renew with Harbor Health this year."),
    ("cancelling", "Goodbye Harbor Health!"),
    ("cancelling", "I'm switching from Harbor Health to a clinic nearby."),
    ("cancelling", "I can't even cancel my plan, the page is broken."),
    ("cancelling", "The staff are lovely, but I'm canceling my plan."),
    ("conditional", "If they share one single file, I'm cancelling my plan."),
    ("conditional", "I will leave Harbor Health unless the new owner explains itself."),
    ("considering", "I'm considering leaving Harbor Health."),
    ("considering", "Maybe I should cancel my plan?"),
    ("seeking", "Can anyone suggest an alternative to Harbor Health?"),
    ("seeking", "How can I delete my Harbor Health account?"),
    ("urging", "Everyone, cancel your Harbor Health plans."),
    ("urging", "Boycott Harbor Health"),
    ("reported", "My cousin cancelled her plan there."),
    ("reported", "Thousands of patients are leaving Harbor Health, says the paper."),
    ("staying", "I'm staying with Harbor Health, my doctor is worth it."),
    ("staying", "I won't cancel because of a headline."),
    ("joining", "I just signed up for Harbor Health."),
    ("joining", "I'm leaving Lakeside Clinic for Harbor Health."),
    ("none", "I had to cancel my appointment at Harbor Health."),
    ("none", "They should cancel the merger."),
    ("none", "I want to cancel my flight."),
    ("none", "I'm cancelling Megaflix to pay the Harbor Health bill."),
    ("none", "I left my umbrella at Harbor Health."),
    ("none", "I would have cancelled long ago."),
    ("none", "Harbor Health opens a clinic downtown."),
    ("none", "We're moving to Boston in May."),
    ("none", "#CancelHarborHealth"),
    ("cancelling", "Harbor Health is history for us."),
    ("cancelled", "We parted ways with Harbor Health after the merger."),
    ("cancelling", "I told Harbor Health to delete my profile."),
    ("cancelled", "Just clicked the cancel button on my Harbor Health plan."),
    ("cancelled", "Said no to one more year of Harbor Health."),
    ("cancelled", "I used to be a Harbor Health patient until the buyout."),
    ("none", "I left Harbor Health a note about the parking lot."),
    ("none", "We left Harbor Health out of the survey."),
    ("none", "I walked out of Harbor Health with a bandage and a sticker."),
    ("none", "My nurse just quit Harbor Health."),
    ("none", "I cancelled my debit card, Harbor Health still has the old one."),
    ("none", "I unsubscribed from the Harbor Health newsletter."),
]

FRENCH = [
    ("cancelled", "J'ai résilié mon contrat Harbor Health mardi."),
    ("cancelled", "On a quitté Harbor Health au printemps."),
    ("cancelled", "Ma résiliation est partie ce matin."),
    ("cancelling", "Je vais résilier mon contrat."),
    ("cancelling", "je me désabonne, trop c'est trop"),
    ("cancelling", "Nous allons changer de médecin."),
    ("cancelling", "Il faut que je résilie."),
    ("cancelling", "On n'y arrive pas : impossible de résilier !"),
    ("cancelling", "Adieu Harbor Health"),
    ("cancelling", "L'équipe est adorable, mais je quitte Harbor Health."),
    ("conditional", "Si la vente est signée, je résilie."),
    ("conditional", "Répondez, sinon je vais voir ailleurs."),
    ("considering", "Je pense sérieusement à quitter Harbor Health."),
    ("considering", "J'hésite à résilier mon contrat."),
    ("seeking", "Connaissez-vous une bonne alternative dans le quartier ?"),
    ("seeking", "Comment résilier mon contrat chez Harbor Health ?"),
    ("urging", "Résiliez vos contrats, vite !"),
    ("reported", "Mon frère a résilié la semaine dernière."),
    ("reported", "Des patients veulent résilier, selon le journal."),
    ("staying", "Je reste chez Harbor Health."),
    ("staying", "Je ne vais pas résilier pour si peu."),
    ("staying", "Je pensais à partir, mais finalement je reste."),
    ("joining", "Je quitte ma clinique pour passer chez Harbor Health."),
    ("none", "J'ai annulé mon rendez-vous de jeudi."),
    ("none", "Qu'ils annulent donc cette fusion !"),
    ("none", "Je pars en vacances demain."),
    ("staying", "Je résilie pas."),
    ("none", "Harbor Health ouvre un cabinet à Lyon."),
    ("cancelling", "Je claque la porte de Harbor Health."),
    ("cancelled", "Nous avons fait nos adieux à Harbor Health."),
    ("cancelled", "Résiliation Harbor Health postée hier."),
    ("cancelling", "Je retire mes enfants de Harbor Health."),
    ("cancelled", "Mon contrat avec Harbor Health est rompu."),
    ("cancelled", "Tout effacé, compte Harbor Health inclus."),
    ("none", "Je change de banque pour rester chez Harbor Health."),
    ("none", "Je quitte Harbor Health avec mes analyses, tout va bien."),
    ("none", "J'ai résilié ma salle de sport, Harbor Health me suffit."),
    ("none", "Nous avons clôturé votre compte Harbor Health ce matin."),
    ("joining", "Je dis adieu à ma clinique et bonjour Harbor Health."),
    ("none", "Je viens de quitter Harbor Health, vaccin fait."),
]


def read(text: str, lang: str = "en", parent: str | None = None, names: tuple[str, ...] = (TARGET,)) -> Intent:
    return read_intent(read_languages(tokenise(text), lang, names), parent=parent)


@pytest.mark.parametrize(("stage", "text"), ENGLISH)
def test_an_english_sentence_has_its_stage(stage: str, text: str) -> None:
    assert read(text).stage == stage


@pytest.mark.parametrize(("stage", "text"), FRENCH)
def test_a_french_sentence_has_its_stage(stage: str, text: str) -> None:
    assert read(text, "fr").stage == stage


@pytest.mark.parametrize("lang", ["de", "und", "fr"])
def test_a_post_is_read_in_both_languages_whatever_its_own(lang: str) -> None:
    assert read("Bref: I'm leaving Harbor Health", lang).stage == "cancelling"


@pytest.mark.parametrize(
    "text",
    [
        "I AM CANCELLING MY PLAN",
        "im cancelllling my plan",
        "I\u2019m cancelling my plan",
        "i'm\u00a0 cancelling my plan",
    ],
)
def test_case_elongation_and_typography_do_not_count(text: str) -> None:
    assert read(text).stage == "cancelling"


@pytest.mark.parametrize("text", ["JE VAIS RESILIER", "je vais re\u0301silier", "je vais résilieeer"])
def test_french_accents_may_be_missing_or_apart(text: str) -> None:
    assert read(text, "fr").stage == "cancelling"


@pytest.mark.parametrize(
    "name", ["Harbor Health", "HarborHealth", "@HarborHealth", "#HarborHealth", "harbor-health", "HH Clinic"]
)
def test_the_service_is_known_by_every_spelling_and_alias(name: str) -> None:
    assert read(f"I'm leaving {name}.", names=(TARGET, "HH Clinic")).stage == "cancelling"


def test_evidence_quotes_the_original_to_the_letter() -> None:
    post = "Élu 👋 — Nooooo! I\u2019m   CANCELLLLING my plan"
    (one,) = read(post).evidence
    assert one.text == post[one.start : one.end]
    assert one.text.startswith("I\u2019m   CANCELLLLING")
    assert one.rule.startswith("en.leav")


def test_a_later_clause_takes_a_threat_back_but_not_a_deed() -> None:
    assert read("I'm cancelling my plan. No wait, they convinced me to stay.").stage == "staying"
    assert read("I cancelled my plan. I'm staying with Lakeside.").stage == "cancelled"


def test_what_was_done_comes_before_what_is_asked_of_others() -> None:
    assert read("Cancel your plans, everyone. I've cancelled my plan.").stage == "cancelled"


def test_a_quotation_or_repost_is_not_the_authors_own() -> None:
    assert read('"I am cancelling my plan" and other fairy tales').stage == "reported"
    assert read("RT @joan: I am cancelling my plan").stage == "reported"


def test_who_agrees_with_a_quotation_or_a_parent_says_the_same() -> None:
    assert read('"I am cancelling my plan" Me too').stage == "cancelling"
    assert read("Same here!", parent="I just cancelled my plan").stage == "cancelled"
    assert read("Why?", parent="I just cancelled my plan").stage == "none"


def test_a_vague_goodbye_counts_only_where_the_service_is_named() -> None:
    assert read("I have to go").stage == "none"
    assert read("I like Harbor Health, but I have to go").stage == "cancelling"
    assert read("I have to go", parent="What about Harbor Health?").stage == "cancelling"


def test_a_tone_does_not_make_an_intent() -> None:
    assert read("I hate this horrible, disgusting company.").stage == "none"


def test_cancel_intent_has_a_score() -> None:
    assert 0.5 < read("I'm cancelling my plan").score < 1


def test_what_is_no_cancel_intent_has_no_score_since_none_was_measured() -> None:
    assert read("Nice weather.") == Intent("none", 0.0)
    assert read("Cancel your Harbor Health plan, everybody!").stage == "urging"
    assert read("Cancel your Harbor Health plan, everybody!").score == 0.0


@given(st.text(max_size=400), st.sampled_from(["en", "fr", "und"]))
def test_any_text_gets_a_stage_and_evidence_that_is_in_it(text: str, lang: str) -> None:
    intent = read(text, lang)
    assert intent.stage in STAGES
    assert all(one.text == text[one.start : one.end] for one in intent.evidence)


def test_only_the_beginning_of_a_very_long_post_is_read() -> None:
    assert read("word " * MAX_CHARS + "I'm cancelling my plan").stage == "none"
