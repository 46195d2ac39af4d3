"""The tone of a post."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.sentiment import MAX_CHARS, label_of, score, weigh
from workers.sentiment.english import English
from workers.sentiment.french import French
from workers.sentiment.tidying import tidy


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
    ("text", "lang"),
    [
        ("3 hours on hold and still no answer", "en"),
        ("my bag has been lost since Tuesday, no reply from anyone", "en"),
        ("toujours pas de réponse après trois semaines", "fr"),
        ("ils raccrochent au nez, 2 heures d'attente pour rien", "fr"),
    ],
)
def test_a_complaint_without_a_bad_word_is_negative(text: str, lang: str) -> None:
    assert score(text, lang).label == "negative"


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


_words = st.sampled_from(
    [
        "good",
        "not",
        "hate",
        "love",
        "the",
        "hold",
        "bon",
        "pas",
        "nul",
        "mais",
        "but",
        "!",
        "?",
        "😡",
        "my",
        "je",
        "GREAT",
    ]
)


@given(st.lists(_words, max_size=20).map(" ".join) | st.text(max_size=300), st.sampled_from(["en", "fr", "de", "und"]))
def test_the_compound_is_in_range_and_agrees_with_the_label(text: str, lang: str) -> None:
    sentiment = score(text, lang)
    assert -1 <= sentiment.compound <= 1
    assert label_of(sentiment.compound) == sentiment.label


@pytest.mark.parametrize("lang", ["en", "fr", "de"])
@pytest.mark.parametrize(
    "piece", ["but bad ", "mais nul ", "😀", "#GoodBad", "a&amp;", "oooooo", "@x ", "so not good "]
)
def test_a_very_long_post_costs_no_more_than_its_beginning(lang: str, piece: str) -> None:
    started = time.perf_counter()
    score(piece * 300_000, lang)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "piece", ["good but bad ", "😀 not so GREAT ", "#GoodBad ", "mais pas SUPER, ", "so not good "]
)
@pytest.mark.parametrize("reader", [English(), French()])
def test_eight_times_the_text_takes_no_more_than_about_eight_times_as_long(
    piece: str, reader: English | French
) -> None:
    def took(text: str) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            reader.read(tidy(text))
            times.append(time.process_time() - started)
        return min(times)

    assert took(piece * 4_000) < 24 * took(piece * 500)


def test_only_the_beginning_of_a_post_is_read() -> None:
    start = "the tram " * MAX_CHARS
    assert score(start + "horrible", "en") == score(start, "en")


def test_a_word_that_comes_again_and_again_teaches_no_more_than_once() -> None:
    assert weigh("my tram " * 9, "en") == weigh("my tram my tram", "en")


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("don\u2019t", "don't"),
        ("Fish &amp; chips", "Fish & chips"),
        ("great❤️!", "great ❤ !"),
        ("👍🏽ok", " 👍 ok"),
        ("#WorstDayEver", "Worst Day Ever"),
        ("#love", "love"),
        ("item #12", "item #12"),
        ("déjà vu", "déjà vu"),
    ],
)
def test_what_keeps_words_from_being_recognised_is_taken_out(text: str, tidied: str) -> None:
    assert tidy(text) == tidied
