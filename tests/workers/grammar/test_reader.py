"""Posts as letters: names, hashtags, contractions, slips of the pen."""

import pytest

from workers.grammar.language import SERVICE, SILENT
from workers.grammar.loading import load_language
from workers.grammar.reader import reader
from workers.grammar.tokens import tokenise

NAMES = ("Harbor Health", "HH Clinic")


def letters(text: str, code: str = "en") -> str:
    return reader(code, NAMES).letters_of(tokenise(text).chunks)


@pytest.mark.parametrize(
    "name",
    ["Harbor Health", "harbor health", "HarborHealth", "harbor-health", "@HarborHealth", "#harborhealth", "HH Clinic"],
)
def test_every_spelling_of_the_service_is_the_same_letter(name: str) -> None:
    assert SERVICE in letters(f"at {name} today")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("AT&T", ["AT&T", "at&t", "AT&amp;T", "@ATT", "ATT", "#att"]),
        ("Shore & Dune", ["Shore & Dune", "Shore and Dune", "shore &amp; dune", "ShoreAndDune"]),
        ("H&M", ["H&M", "h&m"]),
    ],
)
def test_a_name_with_an_and_is_the_service_however_it_is_written(name: str, written: list[str]) -> None:
    for one in written:
        assert SERVICE in reader("en", (name,)).letters_of(tokenise(f"leaving {one} today").chunks), one


def test_initials_without_their_and_are_a_word_of_their_own() -> None:
    assert SERVICE not in reader("en", ("H&M",)).letters_of(tokenise("hm I wonder").chunks)


def test_a_word_of_the_name_alone_is_not_the_service() -> None:
    assert SERVICE not in letters("the harbor at night")
    assert letters("my harbor") == letters("my dune")


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "im leaving", "I'm leaving"),
        ("en", "I\u2019m leaving", "I am leaving"),
        ("en", "dont", "do not"),
        ("en", "CANCELLING", "cancelling"),
        ("en", "cancellllling", "cancelling"),
        ("en", "subscripton", "subscription"),
        ("en", "we`ll see", "we will see"),
        ("en", "salt & pepper", "salt and pepper"),
        ("fr", "sel &amp; poivre", "sel et poivre"),
        ("fr", "jvais résilier", "je vais resilier"),
        ("fr", "j\u2019ai", "je ai"),
        ("fr", "l'abonnement", "le abonnement"),
        ("fr", "re\u0301silier", "résilier"),
    ],
)
def test_what_is_the_same_word_has_the_same_letters(code: str, one: str, other: str) -> None:
    assert letters(one, code) == letters(other, code)


def test_a_short_word_is_never_mended_into_another() -> None:
    assert letters("cancer") != letters("cancel")


def test_the_words_of_a_hashtag_are_read_but_a_call_in_one_is_no_statement() -> None:
    assert letters("#ByeHarborHealth").rstrip(SILENT) == letters("bye") + SERVICE
    assert letters("#CancelHarborHealth").rstrip(SILENT) == SERVICE


def test_what_is_quoted_is_put_aside_and_its_place_kept() -> None:
    cut = tokenise('He said "I am leaving for good" again')
    assert cut.quoted == "I am leaving for good"
    assert len(cut.head) == len(cut.text)
    assert "leaving" not in cut.head


def test_a_reader_forgets_rather_than_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.grammar.reader._MEMORY", 100)
    own = type(reader("en", ()))(load_language("en"), ())
    for number in range(1_000):
        assert len(own[f"word{number}"]) > 0
        assert own.opened[f"word{number}"]
        assert own.opened["long" * 20 + "." * number]
    assert len(own) <= 100
    assert len(own.opened) <= 100
