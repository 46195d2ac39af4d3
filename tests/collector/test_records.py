import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from collector.records import csv_records, json_records, read_header
from collector.source import SourceGoneError
from uproar.incoming import BadItemError, Incoming
from uproar.lines import Line, read_lines

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LINE = b'{"id": "1", "text": "I left Harbour Clinics", "time": "2026-03-04T11:00:00Z"}'


def from_json(data: bytes) -> list[Incoming | BadItemError | None]:
    return [result for _, result in json_records(read_lines(io.BytesIO(data)), now=NOW)]


def from_csv(data: bytes, header: str = "id,text") -> list[Incoming | BadItemError | None]:
    return [result for _, result in csv_records(read_lines(io.BytesIO(data)), header.split(","), now=NOW)]


def texts(results: list[Incoming | BadItemError | None]) -> list[str | None]:
    """What each record came to: a post's text, a reason in front of a !, or None for a blank line."""
    return [f"! {one}" if isinstance(one, BadItemError) else one.text if one else None for one in results]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "\\ud800 lone"}', "lone surrogate"),
        (b'{"text": "x", "source": "\\ud800"}', "lone surrogate"),
        (b'{"text": "x", "author": "\\ud800"}', "lone surrogate"),
        (b'{"text": "x", "lang": "\\ud800"}', "lone surrogate"),
        (b'{"text": "  "}', "the text is empty"),
        (b'{"text": "x", "time": 64092211200}', "outside 1990 to tomorrow"),
        (b'{"text": "x", "time": "1970-01-01"}', "outside 1990 to tomorrow"),
        (b'{"text": "x", "id": "' + b"i" * 513 + b'"}', "the id has 513"),
        (b'{"text": "' + b"x" * 100_001 + b'"}', "the limit is 100,000"),
        (b'{"text": "' + b"x" * 10_000_000 + b'"}', "the line has 10,000,012 bytes"),
    ],
    ids=lambda value: value[:40].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_a_line_that_cannot_be_stored_is_an_error_beside_good_neighbours(line: bytes, reason: str) -> None:
    first, bad, last = from_json(LINE + b"\n" + line + b"\n" + LINE)
    assert isinstance(first, Incoming)
    assert first == last
    assert isinstance(bad, BadItemError)
    assert reason in str(bad)


def test_nul_is_replaced_wherever_it_stands() -> None:
    (post,) = from_json(
        json.dumps({"text": "a\0b", "id": "i\0", "source": "s\0", "lang": "e\0", "parent": "p\0"}).encode()
    )
    assert isinstance(post, Incoming)
    assert "\0" not in repr(replace(post, context=())).replace("\\x00", "\0")
    assert post.text == "a\ufffdb"


def test_blank_lines_are_no_records() -> None:
    assert texts(from_json(b"\n \r\n" + LINE + b"\n\n")) == [None, None, "I left Harbour Clinics", None]


def test_csv_fields_may_hold_commas_quotes_and_line_ends() -> None:
    data = b'1,"one, ""two""\r\nthree"\r\n2,plain\n3,"a\n\nb"\n'
    assert texts(from_csv(data)) == ['one, "two"\nthree', "plain", "a\n\nb"]


def test_a_quote_that_is_never_closed_costs_its_line_only() -> None:
    data = b"1,one\n" + b'2,"two\n' + b"".join(b"%d,more\n" % number for number in range(3, 400))
    first, bad, *rest = texts(from_csv(data))
    assert first == "one"
    assert bad is not None
    assert bad.startswith("! not CSV")
    assert rest == ["more"] * 397


def test_a_quote_inside_a_plain_field_opens_nothing() -> None:
    assert texts(from_csv(b'1,5" pipes\n2,two\n3,6" pipes\n')) == ['5" pipes', "two", '6" pipes']


def test_many_unclosed_quotes_cost_their_lines_only() -> None:
    results = texts(from_csv(b'1,"a\n2,b\n3,"c\n4,d\n5,"e\n6,f\n'))
    assert [one for one in results if one and not one.startswith("!")][-1] == "f"
    assert len(results) <= 6


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "1 fields, the header has 2"),
        (b"1,2,3", "3 fields, the header has 2"),
        (b'1,"two"x', "not CSV"),
        (b"1,caf\xe9", "lone surrogate"),
        (b"1,", "the text is empty"),
        (b"1,a\rb", "not CSV"),
        (b'1,"' + b"x" * 2_000_000 + b'"', "the line has 2,000,004 bytes"),
    ],
    ids=lambda value: value[:20].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_a_csv_line_that_is_no_post_costs_itself(line: bytes, reason: str) -> None:
    first, bad, last = from_csv(b"0,before\n" + line + b"\n9,after\n")
    assert isinstance(first, Incoming)
    assert isinstance(last, Incoming)
    assert reason in str(bad)


def test_a_csv_record_of_two_lines_that_is_no_post_is_one_error() -> None:
    data = b'1,"one\nmore",never\n2,two,2026-03-04\n'
    results = list(csv_records(read_lines(io.BytesIO(data)), ["id", "text", "time"], now=NOW))
    (record, bad), (_, good) = results
    assert record.data == b'1,"one\nmore",never'
    assert "neither ISO 8601" in str(bad)
    assert isinstance(good, Incoming)


def test_an_open_quote_gathers_no_more_than_a_megabyte() -> None:
    taken = 0

    def lines() -> Any:
        nonlocal taken
        yield Line(b'1,"open', 7, 8, ended=True)
        while True:
            taken += 1
            yield Line(b"x" * 1_000_000, 1_000_000, 8 + taken * 1_000_001, ended=True)

    _, bad = next(csv_records(lines(), ["id", "text"], now=NOW))
    assert "not CSV" in str(bad)
    assert taken == 2


def header_of(data: bytes, *, whole: bool = True) -> tuple[list[str], int]:
    return read_header(read_lines(io.BytesIO(data)), whole=whole)


def test_the_header_is_the_first_line_that_is_not_blank() -> None:
    assert header_of(b'\xef\xbb\xbf\r\n id ,"text"\r\n') == (["id", "text"], 18)
    assert header_of(b"\n") == header_of(b"") == ([], 0)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"id,body\n", "no column called text"),
        (b'id,"text\n', "cannot be read"),
        (b"\xff\xfe\n", "no column called text"),
    ],
)
def test_a_header_that_cannot_be_used_is_said_so(data: bytes, reason: str) -> None:
    with pytest.raises(SourceGoneError, match=reason):
        header_of(data)


def test_a_header_that_is_still_being_written_is_waited_for() -> None:
    assert header_of(b"id,te", whole=False) == ([], 0)
