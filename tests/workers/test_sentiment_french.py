"""The rules of French."""

import pytest

from workers.sentiment import score
from workers.sentiment.french import French
from workers.sentiment.tidying import tidy
from workers.tables import read_table

_french = French()


def compound(text: str) -> float:
    return _french.read(tidy(text)).compound


@pytest.mark.parametrize(
    "text",
    [
        "Je n'aime pas ce cabinet.", "Jamais contente de ce service.", "Ce n'est pas génial", "Sans plaisir.",
        "j'aime pas leur site", "pas terrible", "Je n\u2019aime plus cette appli", "aucun plaisir",
    ],
)  # fmt: skip
def test_negation_turns_a_good_word_round(text: str) -> None:
    assert compound(text) < 0


@pytest.mark.parametrize(
    "text",
    [
        "pas mal du tout",
        "pas cher",
        "aucun souci",
        "sans problème",
        "rien de mieux",
        "je n'ai jamais été aussi heureux",
    ],
)
def test_some_negations_are_praise(text: str) -> None:
    assert compound(text) > 0


@pytest.mark.parametrize("text", ["Pas demain, super.", "pas cher et très bon", "C'est pas lui mais génial"])
def test_negation_ends_with_its_clause(text: str) -> None:
    assert compound(text) > 0


def test_emphasis_makes_a_tone_stronger() -> None:
    assert compound("Je suis très déçue") < compound("Je suis déçue") < 0
    assert compound("je suis un peu déçue") > compound("Je suis déçue")


def test_what_follows_a_mais_counts_more() -> None:
    assert compound("beau mais nul") < 0 < compound("nul mais beau")


def test_accents_and_case_do_not_count() -> None:
    assert compound("GENIAL") == compound("génial")


@pytest.mark.parametrize("text", ["mdr trop bien", "jadore", "trooop bien", "c'est le feu 🔥", "merciii", "#TropBien"])
def test_slang_and_stretched_praise_is_heard(text: str) -> None:
    assert compound(text) > 0


@pytest.mark.parametrize(
    "text", ["ptn quelle galère", "g le seum", "relou", "c'est une arnaque", "on se fout de nous 😡"]
)
def test_slang_and_swearing_are_heard(text: str) -> None:
    assert compound(text) < 0


def test_names_weigh_nothing() -> None:
    assert French(("Bonne Santé",)).read("la Bonne Santé ouvre lundi").compound == 0.0


def test_a_question_is_neutral() -> None:
    assert score("Quelqu'un sait à quelle heure ouvre la pharmacie de garde ?", "fr").label == "neutral"


def test_the_list_is_large_and_in_range() -> None:
    weights = [float(row["weight"]) for row in read_table("workers.sentiment", "fr.tsv")]
    assert len(weights) >= 2_500
    assert all(-4 <= weight <= 4 for weight in weights)
