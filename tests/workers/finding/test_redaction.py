"""What leads to a person does not travel with an alert."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.finding.redaction import LONGEST, redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thanks @jo_doe and @ana@example.social, I left", "Thanks [handle] and [handle], I left"),
        ("as u/some-body said", "as [handle] said"),
        ("write to ana.b+x@mail.example.org now", "write to [address] now"),
        ("call (415) 555-0134 or +33 6 12 34 56 78!", "call [number] or [number]!"),
        ("my card 4111 1111 1111 1111 is charged", "my card [number] is charged"),
        ("IBAN GB29 NWBK 6016 1331 9268 19 please", "IBAN [number] please"),
        ("two\nlines\tand\u202e turned\u200b round", "two lines and turned round"),
        ("on 2022-07-21 they paid $3.9bn for 767,000 members, 24/7", None),
        ("see https://example.org/u/7 about it", None),
        ("Café à 3 €, l'été 2022", None),
    ],
)
def test_handles_addresses_and_numbers_of_people_are_taken_out(text: str, expected: str | None) -> None:
    assert redact(text) == (text if expected is None else expected)


def test_a_long_text_is_cut_at_a_word() -> None:
    cut = redact("leaving " * 100)
    assert len(cut) <= LONGEST
    assert cut.endswith("leaving…")
    assert len(redact("x" * 5_000)) == LONGEST, "one that has no words is cut all the same"


@given(st.text(max_size=400))
def test_what_comes_out_is_one_short_line(text: str) -> None:
    line = redact(text)
    assert len(line) <= LONGEST
    assert line == " ".join(line.split())


@given(st.text(max_size=60), st.integers(10**8, 10**18), st.text(max_size=60))
def test_no_long_number_comes_out_whole(before: str, number: int, after: str) -> None:
    assert f" {number} " not in f" {redact(f'{before} {number} {after}')} "
