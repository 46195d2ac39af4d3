"""What would lead to a person goes before a text is stored; prices, counts, dates and other numbers stay."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tests.uproar.test_posts import NOW, save, some
from uproar import database
from uproar.identifiers import is_nir, passes_luhn, without_identifiers
from uproar.models import Post, Version
from uproar.settings import Settings


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org", "a.b+c@mail.example.co.uk", "mailto:ana@example.org", "élise@exemple.fr",
        "4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "378282246310005",
        "FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189",
        "2 69 05 49 588 157 80", "269054958815780", "1 85 12 2A 123 456 48",
        "123-45-6789", "SSN 123456789", "ssn: 123 45 6789", "my MRN is 00482913", "MRN: A48-2913",
        "medical record number 48291377", "NPI 1234567893", "member id #88213457",
        "numéro de sécu 2690549588157", "carte vitale n° 2690549588157", "IPP 123456789",
        "06 12 34 56 78", "0612345678", "01.23.45.67.89", "+33 6 12 34 56 78", "+33612345678", "0033 6 12 34 56 78",
        "(415) 555-2671", "415-555-2671", "415.555.2671", "+1 415 555 2671", "1-415-555-2671", "call me at 4155552671",
        "+44 20 7946 0958", "+34 612 345 678",
    ],
)  # fmt: skip
def test_what_leads_to_a_person_goes(text: str) -> None:
    said = without_identifiers(f"I left. Reach me: {text}, or not")
    assert "[address]" in said or "[number]" in said, said
    assert said.startswith("I left. Reach me: ")
    assert said.endswith(", or not")
    assert not any(one.isdecimal() for one in said), said
    assert "example" not in said
    assert without_identifiers(said) == said


@pytest.mark.parametrize(
    "text",
    [
        "$3.9 billion for 767,000 members", "3 900 000 000 $", "it costs $199.00 a year", "199,00 €", "1 299 €",
        "2022-07-21", "21/07/2022", "21.07.2022", "20220721", "2022-07-21T12:00:00Z", "12:30-14:45", "2020-2021",
        "https://x.com/ana/status/1550123456789012345", "https://news.ycombinator.com/item?id=32180644",
        "https://example.org/order?id=4111111111111111", "1550123456789012345", "order 1234567890123456",
        "order 48291377", "order #123-4567890-1234567", "commande n° 12345678", "ticket 4155552671",
        "1234567890 views", "1,234,567,890 views", "+100 000 000 views", "+1,200 this week", "10 000 000 000",
        "1 2 3 4 5 6 7 8 9 10", "10.0.0.12", "v1.2.3.4", "1-800-FLOWERS", "#4155552671", "4111 1111 1111 1112",
        "@ana@mastodon.social", "https://mastodon.social/@ana@other.example", "2 69 05 49 588 157 81",
        "000-12-3456", "page 12-34-5678", "50%", "1.5M", "12345 67890", "medical record", "my member id card",
        "the SSN office", "call 911", "a@b", "@amazon", "user@localhost",
    ],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert without_identifiers(f"So {text} it is") == f"So {text} it is"


@given(st.integers(0, 10**15))
def test_one_check_digit_of_ten_fits(number: int) -> None:
    assert sum(passes_luhn(f"{number}{digit}") for digit in range(10)) == 1


@given(st.sampled_from("12"), st.integers(0, 99), st.integers(1, 12), st.integers(1, 95), st.integers(1, 999_999))
def test_every_number_of_the_register_is_known_by_its_key_alone(
    sex: str, year: int, month: int, place: int, order: int
) -> None:
    number = f"{sex}{year:02}{month:02}{place:02}{order:06}"
    key = 97 - int(number) % 97
    assert is_nir(f"{number}{key:02}")
    assert not is_nir(f"{number}{key % 97 + 1:02}")


@given(st.text(alphabet="0123456789 .-+()@aA/:", max_size=60))
def test_it_takes_any_text_and_is_done_the_first_time(text: str) -> None:
    said = without_identifiers(text)
    assert without_identifiers(said) == said


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    for piece in ("1 ", "+1-", "a.", "@", "0", "MRN ", "FR76", "(415) "):
        without_identifiers(piece * 30_000)


def test_it_is_done_before_a_post_is_stored_and_when_it_is_edited(store: Settings) -> None:
    save(some(1, text="I left, write to ana@example.org", parent_text="Call 415-555-2671"), store)
    save(some(1, text="I left, call 0612345678", edited_at=NOW + timedelta(hours=1)), store)
    with database.reading() as session:
        assert session.exec(select(Post.text, Post.parent_text)).all() == [("I left, call [number]", "Call [number]")]
        assert session.exec(select(Version.text)).all() == ["I left, write to [address]"]
