"""For or against the deal."""

import pytest

from workers.evidence import Evidence
from workers.grammar import read, tokenise
from workers.stance import read_stance


def stance_of(text: str, lang: str, names: tuple[str, ...] = ()) -> tuple[str, tuple[Evidence, ...]]:
    return read_stance(read(tokenise(text), lang, names))


@pytest.mark.parametrize(
    ("text", "lang", "stance"),
    [
        ("Regulators, please block this takeover.", "en", "against"),
        ("What a terrible deal.", "en", "against"),
        ("Such a monopoly!", "en", "against"),
        ("I don't trust Bigcorp with my files.", "en", "against"),
        ("The purchase should never be approved.", "en", "against"),
        ("Nurses worry about the merger.", "en", "against"),
        ("I'm fine with this merger.", "en", "for"),
        ("The acquisition is great, honestly.", "en", "for"),
        ("The deal was announced on Thursday.", "en", "none"),
        ("I hate my commute.", "en", "none"),
        ("I got a great deal of help today.", "en", "none"),
        ("Il faut bloquer ce rachat.", "fr", "against"),
        ("Cette fusion est une honte.", "fr", "against"),
        ("La vente ne doit jamais être autorisée.", "fr", "against"),
        ("Une bonne nouvelle, ce rachat.", "fr", "for"),
        ("Le rachat a été annoncé jeudi.", "fr", "none"),
        ("Ces milliardaires seront encore plus riches.", "fr", "against"),
        ("C'est la fin de nos libertés.", "fr", "against"),
        ("Il fait plus beau qu'hier.", "fr", "none"),
        ("La liberté guide nos pas.", "fr", "none"),
    ],
)
def test_a_plain_stance_is_read(text: str, lang: str, stance: str) -> None:
    assert stance_of(text, lang)[0] == stance


def test_leaving_is_no_stance() -> None:
    assert stance_of("I'm cancelling my plan.", "en", ("Harbor Health",)) == ("none", ())


def test_who_says_both_has_no_stance() -> None:
    assert stance_of("A terrible deal. Still, the merger is great for some.", "en")[0] == "none"


def test_a_text_in_another_language_is_tried_in_all() -> None:
    assert stance_of("Il faut bloquer ce rachat", "und")[0] == "against"


def test_the_evidence_is_in_the_text() -> None:
    post = "Well… Please BLOCK this Takeover!"
    (one,) = stance_of(post, "en")[1]
    assert post[one.start : one.end] == one.text == "BLOCK this Takeover"
