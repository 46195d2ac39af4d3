"""Voices and echoes."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.echo_pairs import Pair, copies, others
from workers.echo import KEYS, MOST_WORDS, is_echo, is_voice, read_keys, read_passage

PLAIN = "I'm cancelling my Harbour plan tonight because a parcel company has no place in my daughter's medical chart"


def echoes(later: str, original: str, *, same_author: bool = False, watch: str = "harbour") -> bool:
    """Whether the later post is found and taken for an echo of the original, as in the stream."""
    new, old = read_passage(later), read_passage(original)
    repost = not is_voice(later, repost=False)
    sought = read_keys(new, watch=watch, author="ana" if same_author else "bo", repost=repost).seek
    kept = read_keys(old, watch="harbour", author="ana").keep
    return not set(sought).isdisjoint(kept) and is_echo(new, old, same_author=same_author, repost=repost)


def judged(pairs: list[Pair]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(pair.echo for pair in pairs if echoes(pair.later, pair.original))
    called = sum(echoes(pair.later, pair.original) for pair in pairs)
    return right / called, right / sum(pair.echo for pair in pairs)


def test_an_original_is_a_voice() -> None:
    assert is_voice("I'm cancelling my plan", repost=False)


def test_what_the_platform_calls_a_repost_is_an_echo() -> None:
    assert not is_voice("I'm cancelling my plan", repost=True)


@pytest.mark.parametrize("text", ["RT @joan: so it begins", "  rt @joan so it begins", "RT: @joan so it begins"])
def test_a_repost_by_hand_is_an_echo(text: str) -> None:
    assert not is_voice(text, repost=False)


@pytest.mark.parametrize("text", ["RT is a channel", "Please RT", "@joan RT @ two", "START @home"])
def test_the_letters_alone_make_no_echo(text: str) -> None:
    assert is_voice(text, repost=False)


def test_edited_copies_are_found_and_no_other_text_is_taken_for_one() -> None:
    rng = Random(20)
    precision, recall = judged([*copies(rng, 1_020), *others(rng, 1_000)])
    assert precision >= 0.995
    assert recall >= 0.985


@pytest.mark.parametrize(
    "later",
    [
        PLAIN.upper() + " 😡😡",
        f"RT @joan: {PLAIN}",
        f"{PLAIN} #byebye https://t.example/a1 via @joan",
        PLAIN.replace("parcel", "delivery"),
        PLAIN.replace("tonight because", "tonight, since"),
        PLAIN[:96] + "…",
        f"What Harbour patients write today: {PLAIN}",
        f'"{PLAIN}", wrote a patient in Leeds',
        f"« {PLAIN} » - Morning Herald",
    ],
)
def test_a_copy_with_small_changes_is_an_echo(later: str) -> None:
    assert echoes(later, PLAIN)


@pytest.mark.parametrize(
    "later",
    [
        PLAIN.replace("I'm cancelling", "I'm not cancelling"),
        PLAIN.replace("I'm cancelling", "I'm keeping"),
        PLAIN.replace("I'm cancelling", "She is cancelling"),
        PLAIN.replace("I'm cancelling", "I'm probably cancelling"),
        f"If nobody explains this {PLAIN}",
        f"{PLAIN}, unless they promise in writing to keep out",
        f'"{PLAIN}" Same. I am cancelling mine as well',
        f'"{PLAIN}" Cancelled.',
        "I'm cancelling my Harbour plan tonight because the fee has doubled and the app never works on my old phone",
    ],
)
def test_another_decision_or_words_of_ones_own_make_a_voice(later: str) -> None:
    assert not echoes(later, PLAIN)
    assert not echoes(PLAIN, later)


@pytest.mark.parametrize("text", ["Cancelled.", "I'm out", "Same here", "Cancelling my membership", "Je résilie", "👋"])
def test_what_many_say_in_few_words_are_as_many_voices(text: str) -> None:
    assert not echoes(text, text)


@pytest.mark.parametrize("text", ["Cancelled.", "I'm out", "👋", PLAIN])
def test_the_same_words_of_the_same_author_are_one_voice(text: str) -> None:
    assert echoes(text, text, same_author=True)
    assert echoes(f"@press {text.upper()} https://t.example/b2", text, same_author=True) or text == "👋"


def test_other_words_of_the_same_author_are_another_voice() -> None:
    assert not echoes("Cancelled the app too.", "Cancelled.", same_author=True)


def test_a_quotation_comes_back_in_every_press_copy() -> None:
    tweet = "Eleven years with Harbour Clinics end tonight, my chart goes to my old doctor"
    first = f'Patients are leaving after the takeover. "{tweet}", wrote one of them'
    assert echoes(first, tweet)
    assert echoes(f'"{tweet}", a patient tweeted on Thursday', first)


def test_no_key_is_shared_between_watches() -> None:
    passage = read_passage(PLAIN)
    one, other = (read_keys(passage, watch=watch, author="ana") for watch in ("harbour", "larch"))
    assert set(one.keep).isdisjoint(other.keep)
    assert not echoes(PLAIN, PLAIN, same_author=True, watch="larch")


def test_keys_are_few_however_long_the_text_is() -> None:
    text = " ".join(f'word{number} "quoted one{number} two{number} three four five six"' for number in range(5_000))
    passage = read_passage(text)
    assert len(passage.words) <= MOST_WORDS
    assert len(read_keys(passage, watch="harbour", author="ana").keep) <= 1 + KEYS * 4


@given(st.text(max_size=400), st.text(max_size=400), st.booleans())
def test_any_two_texts_can_be_compared(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - hypothesis
    first, second = read_passage(one), read_passage(other)
    assert is_echo(first, second, same_author=same) in {True, False}
    assert is_echo(first, first, same_author=True)
    keys = read_keys(first, watch="harbour", author="ana")
    assert all(0 <= key < 2**63 for key in keys.keep)
    assert set(keys.seek) <= set(keys.keep)
