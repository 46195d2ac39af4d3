"""Whatever a file holds, reading it comes to an end and each record has one outcome."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.source import Page, SourceGoneError
from collector.sources.file import Format, read_pages
from tests.collector.test_file import FORMATS, NOW, ids, line, pages_of

pieces = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"\n", b"\r\n", b'"', b",", b"\xef\xbb\xbf", b"\0", line(1), b"1,gone\n", b'2,"a\nb"\n', b'"\n']),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=30))
def test_whatever_a_jsonl_file_holds_each_line_has_one_outcome(parts: list[bytes]) -> None:
    data = b"".join(parts)
    pages = pages_of(data)
    outcomes = sum(len(page.posts) + len(page.dead) for page in pages)
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert outcomes == sum(1 for row in rows if row.strip())
    tail = rows[-1] if not data.endswith(b"\n") else b""
    read_past = pages[-1].position["offset"]
    assert read_past == len(data) or (read_past == len(data) - len(data.split(b"\n")[-1]) and tail.strip())


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=30), st.booleans())
def test_whatever_a_csv_file_holds_it_is_read_to_its_end(parts: list[bytes], headed: bool) -> None:  # noqa: FBT001
    data = (b"id,text\n" if headed else b"") + b"".join(parts) + b"\n\n"
    try:
        pages = pages_of(data, "csv")
    except SourceGoneError:
        assert not headed
        return
    if pages[-1].position.get("header"):
        assert pages[-1].position["offset"] == len(data)


@settings(max_examples=100, deadline=None)
@given(st.lists(pieces, max_size=30), st.integers(1, 5), st.sampled_from(FORMATS))
def test_where_a_page_ends_changes_nothing(parts: list[bytes], size: int, form: Format) -> None:
    data = b"id,text\n" + b"".join(parts) + b"\n"
    outcome = [(ids(*pages), [one for page in pages for one in page.dead]) for pages in (pages_of(data, form),)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("collector.sources.file.PAGE", size)
        position: dict[str, Any] = {}
        pages: list[Page] = []
        while not pages or pages[-1].more:
            stream = io.BytesIO(data)
            stream.seek(position.get("offset", 0))
            pages.append(next(read_pages(stream, form, now=NOW, position=position)))
            position = pages[-1].position
    assert [(ids(*pages), [one for page in pages for one in page.dead])] == outcome
