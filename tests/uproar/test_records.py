from datetime import UTC, datetime

import pytest

from uproar.incoming import BadItemError, Incoming
from uproar.records import parse_json, parse_record

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def test_a_record_becomes_a_post_with_every_field() -> None:
    post = parse_record(
        {
            "id": 7, "text": "Gone.", "date": 1_772_622_000, "user": "ana", "url": "https://forum.example/7",
            "lang": "en", "target": "Harbour Clinics", "parent": "Who is leaving?", "source": "forum", "repost": True,
        },
        now=NOW,
    )  # fmt: skip
    assert post == Incoming(
        "forum", "7", "Gone.", datetime(2026, 3, 4, 11, 0, tzinfo=UTC), "ana", "en", "https://forum.example/7",
        "Who is leaving?", "Harbour Clinics", repost=True, context=("Who is leaving?", "Harbour Clinics"),
    )  # fmt: skip


def test_a_record_without_time_counts_as_written_now() -> None:
    assert parse_record({"text": "Gone.", "time": "", "date": None}, now=NOW).created_at == NOW


def test_a_record_without_id_is_known_by_text_time_and_author() -> None:
    plain = {"text": "Gone.", "time": 1_772_622_000, "author": "ana"}
    first = parse_record(plain, now=NOW).native_id
    assert parse_record({**plain, "id": ""}, now=datetime(2026, 3, 5, tzinfo=UTC)).native_id == first
    for change in ({"text": "Gone!"}, {"time": 1_772_622_001}, {"author": "ben"}):
        assert parse_record(plain | change, now=NOW).native_id != first


def test_an_id_or_author_that_is_no_number_is_none() -> None:
    one, two = (parse_json(b'{"id": NaN, "user": NaN, "text": "%s"}' % text, now=NOW) for text in (b"One.", b"Two."))
    assert one.native_id == parse_record({"text": "One."}, now=NOW).native_id != two.native_id
    assert one.author is None


def test_a_record_without_id_and_time_is_the_same_post_whenever_it_comes() -> None:
    first, later = (parse_record({"text": "Gone."}, now=now) for now in (NOW, datetime(2026, 3, 9, tzinfo=UTC)))
    assert first.native_id == later.native_id
    assert first.created_at != later.created_at


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not JSON"),
        (b"[1]", "a JSON list"),
        (b"null", "a JSON NoneType"),
        (b'{"id": 1}', "no text"),
        (b'{"text": 4}', "the text is a JSON int"),
        (b'{"text": "x", "url": []}', "url is a JSON list"),
        (b'{"text": "x", "id": {"oid": 1}}', "id is a JSON dict"),
        (b'{"text": "x", "user": {"id": 1}}', "user is a JSON dict"),
        (b'{"text": "x", "id": true}', "id is a JSON bool"),
        (b'{"text": "x", "time": NaN}', "no moment"),
        (b'{"text": "x", "time": -Infinity}', "no moment"),
        (b'{"text": "x", "time": 1' + b"0" * 400 + b"}", "outside the years"),
        (b'{"text": "x", "time": 1' + b"0" * 5_000 + b"}", "not JSON"),
        (b'{"text": "x", "time": "30000-01-01T00:00:00Z"}', "neither ISO 8601"),
        (b'{"text": "x", "time": [2026]}', "the time is a JSON list"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"text": "x", "id": ' + b"[" * 900 + b"]" * 900 + b"}", "id is a JSON list"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a":' * 100_000, "not JSON"),
    ],
    ids=lambda value: value[:40].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_what_is_no_post_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(BadItemError, match=reason):
        parse_json(line, now=NOW)
