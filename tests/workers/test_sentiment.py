"""The tone of a post."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.sentiment import label_of, score


@pytest.mark.parametrize(
    ("text", "lang", "label"),
    [
        ("What a wonderful clinic, I love the staff.", "en", "positive"),
        ("Awful news, I hate everything about it.", "en", "negative"),
        ("The clinic is on the second floor.", "en", "neutral"),
        ("Une équipe formidable, je suis ravie.", "fr", "positive"),
        ("Quelle honte, ce service est lamentable.", "fr", "negative"),
        ("Le cabinet est au deuxième étage.", "fr", "neutral"),
    ],
)
def test_a_plain_tone_is_heard(text: str, lang: str, label: str) -> None:
    assert score(text, lang).label == label


@pytest.mark.parametrize(
    "text", ["Je n'aime pas ce cabinet.", "Jamais contente de ce service.", "Ce n'est pas génial", "Sans plaisir."]
)
def test_french_negation_turns_a_good_word_round(text: str) -> None:
    assert score(text, "fr").label == "negative"


def test_french_negation_ends_with_its_clause() -> None:
    assert score("Pas demain, super.", "fr").label == "positive"


def test_french_emphasis_makes_a_tone_stronger() -> None:
    assert score("Je suis très déçue", "fr").compound < score("Je suis déçue", "fr").compound < 0


def test_french_accents_and_case_do_not_count() -> None:
    assert score("GENIAL", "fr") == score("génial", "fr")


def test_in_a_language_without_a_list_only_signs_are_scored() -> None:
    assert score("schrecklich und furchtbar", "de").compound == 0.0
    assert score("schrecklich 😀", "de").label == "positive"
    assert score("schoen :(", "und").label == "negative"


def test_a_label_changes_at_vaders_own_thresholds() -> None:
    assert [label_of(one) for one in (-0.05, -0.049, 0.0, 0.049, 0.05)] == [
        "negative",
        "neutral",
        "neutral",
        "neutral",
        "positive",
    ]


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "de", "und"]))
def test_the_compound_of_any_text_is_between_minus_one_and_one(text: str, lang: str) -> None:
    assert -1 <= score(text, lang).compound <= 1


def test_a_very_long_post_costs_no_more_than_its_beginning() -> None:
    started = time.perf_counter()
    score("good bad " * 200_000, "en")
    assert time.perf_counter() - started < 2
