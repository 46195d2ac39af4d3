"""Voices and echoes."""

import pytest

from workers.echo import is_voice


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
