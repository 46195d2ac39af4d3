"""For or against the deal."""

import time

import pytest

from workers.stance import read_stance


@pytest.mark.parametrize(
    ("text", "lang", "stance"),
    [
        ("Regulators, please block this takeover.", "en", "against"),
        ("What a terrible deal.", "en", "against"),
        ("Such a monopoly!", "en", "against"),
        ("I'm fine with this merger.", "en", "for"),
        ("The acquisition is great, honestly.", "en", "for"),
        ("The deal was announced on Thursday.", "en", "none"),
        ("I hate my commute.", "en", "none"),
        ("Il faut bloquer ce rachat.", "fr", "against"),
        ("Cette fusion est une honte.", "fr", "against"),
        ("Une bonne nouvelle, ce rachat.", "fr", "for"),
        ("Le rachat a été annoncé jeudi.", "fr", "none"),
    ],
)
def test_a_plain_stance_is_read(text: str, lang: str, stance: str) -> None:
    assert read_stance(text, lang, ())[0] == stance


def test_leaving_is_no_stance() -> None:
    assert read_stance("I'm cancelling my plan.", "en", ("Harbor Health",)) == ("none", ())


def test_who_says_both_has_no_stance() -> None:
    assert read_stance("A terrible deal. Still, the merger is great for some.", "en", ())[0] == "none"


def test_the_names_of_the_deal_are_known_to_the_rules() -> None:
    assert read_stance("Break up Bigcorp", "en", ("Bigcorp",))[0] == "against"
    assert read_stance("Break up Bigcorp", "en", ())[0] == "none"


def test_a_text_in_another_language_is_tried_in_both() -> None:
    assert read_stance("Il faut bloquer ce rachat", "und", ())[0] == "against"


def test_the_evidence_is_in_the_text() -> None:
    post = "Well… Please BLOCK this Takeover!"
    (one,) = read_stance(post, "en", ())[1]
    assert post[one.start : one.end] == one.text == "BLOCK this Takeover"


@pytest.mark.parametrize("text", ["a" * 100_000, "block " * 20_000, "deal is was " * 9_000, "pour ce " * 9_000])
def test_a_hostile_text_is_read_in_time(text: str) -> None:
    started = time.perf_counter()
    read_stance(text, "und", ("Bigcorp",))
    assert time.perf_counter() - started < 2
