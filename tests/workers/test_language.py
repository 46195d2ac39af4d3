"""The language of a post."""

import pytest

from workers.language import detect


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The nurses at this clinic have always been patient with my questions.", "en"),
        ("Les infirmières de ce cabinet ont toujours répondu à mes questions.", "fr"),
        ("Die Praxis hat mir heute einen Brief über die neuen Besitzer geschickt.", "de"),
    ],
)
def test_a_plain_sentence_is_recognised_whatever_the_platform_claims(text: str, lang: str) -> None:
    assert detect(text) == lang
    assert detect(text, "ja") == lang


def test_the_claim_decides_on_a_text_that_is_too_short_to_tell() -> None:
    assert detect("ok", "fr") == "fr"
    assert detect("ok", "en-GB") == "en"


@pytest.mark.parametrize("text", ["", "   ", "123 !!", "👋👋", "https://example.org/en-francais", "@cabinet_medical"])
def test_a_text_without_letters_of_its_own_has_the_claimed_language_or_none(text: str) -> None:
    assert detect(text) == "und"
    assert detect(text, "fr") == "fr"


@pytest.mark.parametrize("claim", ["und", "zxx", "qme", "", "what?", "x" * 500])
def test_a_claim_that_names_no_language_is_no_claim(claim: str) -> None:
    assert detect("👋", claim) == "und"


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b", "word " * 100_000])
def test_no_text_breaks_the_detector(text: str) -> None:
    assert detect(text)
