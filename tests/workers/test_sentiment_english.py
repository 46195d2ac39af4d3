"""VADER's rules, and where ours differ."""

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

from workers.sentiment import score
from workers.sentiment.english import English
from workers.sentiment.tidying import tidy
from workers.tables import read_table


class PlacedBut(SentimentIntensityAnalyzer):  # type: ignore[misc] # ships no types
    """VADER with its "but" told apart by place: the original looks equal weights up and finds the first."""

    @staticmethod
    def _but_check(words: list[str], sentiments: list[float]) -> list[float]:
        lows = [word.lower() for word in words]
        if "but" not in lows:
            return sentiments
        turn = lows.index("but")
        return [one * (0.5 if at < turn else 1.5 if at > turn else 1) for at, one in enumerate(sentiments)]


@functools.lru_cache(maxsize=1)
def _vader() -> PlacedBut:
    return PlacedBut()


@functools.lru_cache(maxsize=1)
def _vocabulary() -> list[str]:
    """Words of VADER's that our list says nothing about, alone or within a phrase."""
    ours = {word for row in read_table("workers.sentiment", "en.tsv") for word in (row["words"], *row["words"].split())}
    lexicon = [word for word in _vader().lexicon if word.isascii() and word.isalpha() and len(word) > 2]
    boosters = [word for word in BOOSTER_DICT if " " not in word and word != "so"]
    others = ["table", "but", "least", "without", "doubt", "nor", "bus", "badass", "chair", "walk"]
    return [word for word in (*lexicon[::40], *boosters * 2, *NEGATE * 2, *others * 4) if word not in ours]


_tokens = st.deferred(
    lambda: st.builds(
        lambda word, loud, mark: (word.upper() if loud else word) + mark,
        st.sampled_from(_vocabulary()),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(["", "", "", "!", "?", ".", ",", "!!!"]),
    )
)


@settings(max_examples=300)
@given(st.lists(_tokens, max_size=14).map(" ".join))
def test_where_no_mend_applies_the_compound_is_vaders(text: str) -> None:
    assert compound(text) == pytest.approx(_vader().polarity_scores(text)["compound"], abs=2e-4)


@functools.lru_cache(maxsize=1)
def _english(names: tuple[str, ...] = ()) -> English:
    return English(names)


def compound(text: str, *names: str) -> float:
    return English(names).read(tidy(text)).compound if names else _english().read(tidy(text)).compound


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Amazon to acquire primary care provider One Medical", ("Amazon", "One Medical")),
        ("Best Buy and Super Clinic sign today", ("Best Buy", "Super Clinic")),
        ("Hope lands in Denver at nine", ("Hope",)),
        ("@lovelyair the bus is on platform two", ()),
        ("see https://example.org/great-win", ()),
        ("A health care deal", ()),
    ],
)
def test_names_mentions_links_and_set_phrases_weigh_nothing(text: str, names: tuple[str, ...]) -> None:
    assert compound(text, *names) == 0.0


def test_a_name_of_two_words_is_one_only_together() -> None:
    assert compound("What a lovely hope", "Hope Clinic") > 0
    assert compound("the Hope Clinic", "Hope Clinic") == 0.0


@pytest.mark.parametrize("text", ["I don\u2019t love it", "It was not really this good", "not so great"])
def test_a_negation_holds_however_it_is_written(text: str) -> None:
    assert compound(text) < 0


@pytest.mark.parametrize("sign", ["🤬", "😡", "💔", "👎"])
def test_an_angry_emoji_is_negative_even_glued_to_a_word(sign: str) -> None:
    assert compound(sign) < 0
    assert compound(f"the bus{sign}") < 0


@pytest.mark.parametrize("text", ["❤️", "❤", "bus❤️", "👍🏽", "😍😍"])
def test_a_fond_emoji_is_positive_with_any_selector(text: str) -> None:
    assert compound(text) > 0


@pytest.mark.parametrize("text", ["#love", "#LoveThisPlace", "loooove it"])
def test_hashtags_and_stretched_words_are_read(text: str) -> None:
    assert compound(text) > 0


def test_a_short_word_beside_a_full_stop_counts() -> None:
    assert compound("no.") < 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("What time does bag drop open for the 6:10 to Faro?", "neutral"),
        ("@someair thx so much, sorted in ten minutes", "positive"),
        ("@someair never received my refund, this is a joke", "negative"),
        ("can't wait to see you all on Saturday!!", "positive"),
    ],
)
def test_the_label_of_what_people_write_to_a_company(text: str, label: str) -> None:
    assert score(text, "en").label == label
