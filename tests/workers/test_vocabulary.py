"""What is remembered of chunks is all that is needed, and does not grow without end."""

import pytest

from workers.grammar.reader import reader
from workers.hints import Hints
from workers.sentiment import score, score_words
from workers.vocabulary import Vocabulary


def vocabulary(lang: str) -> Vocabulary:
    return Vocabulary(reader(lang, ("One Medical",)), Hints(["my doctor", "privacy"]), ("United",))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "I REALLY do not love United, but the app is great!! :) at least"),
        ("en", ""),
        ("fr", "Je n'aime pas du tout, mais l'appli est GÉNIALE ! :)"),
        ("fr", "— !"),
    ],
)
def test_a_tone_is_the_same_by_words_that_were_looked_up(lang: str, text: str) -> None:
    known = vocabulary(lang)
    words = [word for entry in known.look_up(text.split()) for word in entry.words]
    assert score_words(words, text, known.tone) == score(text, lang, ("United",))


def test_it_forgets_rather_than_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.vocabulary._MEMORY", 100)
    known = vocabulary("en")
    for number in range(1_000):
        assert known.look_up([f"word{number}", "long" * 20 + str(number)])
    assert len(known) <= 100
