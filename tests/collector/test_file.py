import io
import os
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.source import Page, SourceGoneError
from collector.sources.file import PAGE, PAGE_BYTES, File, Format, format_of, read_pages
from tests.collector.conftest import MakeWatch, spec_of
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
FORMATS: tuple[Format, Format] = ("jsonl", "csv")


def line(number: int, text: str = "gone") -> bytes:
    return b'{"id": "%d", "text": "%s"}\n' % (number, text.encode())


def pages_of(data: bytes, form: Format = "jsonl") -> list[Page]:
    return list(read_pages(io.BytesIO(data), form, now=NOW))


def ids(*pages: Page) -> list[str]:
    return [post.native_id for page in pages for post in page.posts]


class Reader:
    """A file and a source that reads it on, as the loop does."""

    def __init__(self, path: Path, make_watch: MakeWatch, **options: Any) -> None:
        self.path = path
        self.source = File(spec_of("file", path=str(path), **options), make_watch(), Settings())
        self.position: dict[str, Any] = {}

    def write(self, data: bytes, *, ago: float = 0.0) -> None:
        """Add to the file, as if that had been so many seconds ago."""
        with self.path.open("ab") as file:
            file.write(data)
        os.utime(self.path, times=(NOW.timestamp() - ago,) * 2)

    def read(self) -> Page:
        """Read one page and remember where it ended."""
        page = self.source.fetch(self.position, now=NOW)
        self.position = page.position
        return page


@pytest.fixture
def jsonl(tmp_path: Path, make_watch: MakeWatch) -> Reader:
    return Reader(tmp_path / "posts.jsonl", make_watch)


@pytest.fixture
def table(tmp_path: Path, make_watch: MakeWatch) -> Reader:
    return Reader(tmp_path / "posts.csv", make_watch)


def test_the_format_follows_the_name() -> None:
    assert [format_of(Path(name)) for name in ("a.csv", "a.CSV", "a.jsonl", "a", "-")] == [
        "csv", "csv", "jsonl", "jsonl", "jsonl",
    ]  # fmt: skip


def test_a_large_file_comes_in_pages_and_each_record_once(jsonl: Reader) -> None:
    jsonl.write(b"".join(line(number) for number in range(2 * PAGE + 5)))
    pages = [jsonl.read() for _ in range(3)]
    assert [len(page.posts) for page in pages] == [PAGE, PAGE, 5]
    assert ids(*pages) == [str(number) for number in range(2 * PAGE + 5)]
    assert [page.more for page in pages] == [True, True, False]
    assert [page.covered_until for page in pages] == [None, None, NOW]
    assert not jsonl.read().posts


def test_a_page_of_a_csv_file_that_ends_inside_a_bad_record_loses_nothing(table: Reader) -> None:
    rows = [b"%d,gone\n" % number for number in range(PAGE - 1)]
    table.write(b"id,text\n" + b"".join(rows) + b'bad,"open\n' + b"".join(rows[:50]), ago=120)
    first, second = table.read(), table.read()
    assert (len(first.posts), len(first.dead)) == (PAGE - 1, 1)
    assert (len(second.posts), len(second.dead), second.more) == (50, 0, False)


def test_a_page_of_long_lines_ends_before_it_fills_the_memory(jsonl: Reader) -> None:
    number = PAGE_BYTES // 1_000_000 + 4
    jsonl.write(b"".join(line(one, "x" * 1_000_000) for one in range(number)))
    tracemalloc.start()
    first = jsonl.read()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    second = jsonl.read()
    assert first.more
    assert len(first.dead) + len(second.dead) == number
    assert peak < 16_000_000


def test_a_line_of_ten_megabytes_costs_itself_and_little_memory(jsonl: Reader) -> None:
    jsonl.write(line(1) + line(2, "x" * 10_000_000) + line(3))
    tracemalloc.start()
    pages = [jsonl.read(), jsonl.read()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ids(*pages) == ["1", "3"]
    (dead,) = [one for page in pages for one in page.dead]
    assert "bytes; the limit is" in dead.reason
    assert peak < 8_000_000


def test_what_is_added_to_a_file_is_read_the_next_time(jsonl: Reader) -> None:
    jsonl.write(line(1))
    assert ids(jsonl.read()) == ["1"]
    assert ids(jsonl.read()) == []
    jsonl.write(line(2) + line(3))
    assert ids(jsonl.read()) == ["2", "3"]


def test_a_file_that_shrinks_is_read_from_its_beginning(jsonl: Reader, table: Reader) -> None:
    jsonl.write(line(1) + line(2))
    jsonl.read()
    jsonl.path.write_bytes(line(3))
    assert ids(jsonl.read()) == ["3"]
    table.write(b"id,text\n1,gone\n2,gone\n")
    table.read()
    table.path.write_bytes(b"text,id\nhi,3\n")
    assert ids(table.read()) == ["3"]


@pytest.mark.parametrize("half", [b'{"id": "2", "te', b'{"id": "2", "text": "caf\xc3'])
def test_a_line_that_is_still_being_written_is_left_and_then_read(jsonl: Reader, half: bytes) -> None:
    jsonl.write(line(1) + half)
    page = jsonl.read()
    assert ids(page) == ["1"]
    assert (page.dead, page.more, page.rest) == ([], True, 5.0)  # it is asked again soon, and is not covered yet
    whole = '{"id": "2", "text": "café"}\n'.encode()
    jsonl.write(whole[len(half) :])
    page = jsonl.read()
    assert ids(page) == ["2"]
    assert not page.more


def test_half_a_line_that_has_rested_is_a_dead_letter_and_is_read_again_when_it_is_whole(jsonl: Reader) -> None:
    jsonl.write(line(1) + b'{"id": "2", ', ago=120)
    page = jsonl.read()
    assert ids(page) == ["1"]
    assert [one.reason.partition(":")[0] for one in page.dead] == ["not JSON"]
    assert not page.more
    jsonl.write(b'"text": "gone"}\n')
    assert ids(jsonl.read()) == ["2"]


def test_a_last_json_line_needs_no_line_end(jsonl: Reader) -> None:
    jsonl.write(line(1) + line(2).rstrip())
    page = jsonl.read()
    assert ids(page) == ["1", "2"]
    assert not page.more


def test_a_last_csv_line_is_cut_short_by_nobody(table: Reader) -> None:
    table.write(b"id,text\n1,I left Har")
    assert ids(table.read()) == []
    table.write(b"bour Clinics\n2,me ")
    (post,) = table.read().posts
    assert post.text == "I left Harbour Clinics"
    table.write(b"too", ago=120)
    assert [post.text for post in table.read().posts] == ["me too"]
    assert table.read().posts == []


def test_a_csv_record_that_is_still_being_written_is_left_and_then_read(table: Reader) -> None:
    table.write(b'id,text\n1,"first line\n')
    page = table.read()
    assert (page.posts, page.dead, page.more) == ([], [], True)
    table.write(b'second line"\n')
    (post,) = table.read().posts
    assert post.text == "first line\nsecond line"


def test_a_csv_header_that_is_still_being_written_is_waited_for(table: Reader) -> None:
    table.write(b"id,te")
    assert table.read().posts == []
    table.write(b"xt,lang\n1,gone,en\n")
    (post,) = table.read().posts
    assert (post.text, post.lang) == ("gone", "en")


def test_a_file_from_the_future_is_whole_all_the_same(jsonl: Reader) -> None:
    jsonl.write(b"half", ago=-86_400)
    assert len(jsonl.read().dead) == 1


def test_bad_and_good_lines_come_apart_with_raw_form_and_reason() -> None:
    (page,) = pages_of(b"\xef\xbb\xbf" + line(1) + b"oops\r\n\n" + line(2) + b'{"text": "caf\xe9"}\r\n' + line(3))
    assert ids(page) == ["1", "2", "3"]
    assert [one.raw for one in page.dead] == ["oops", '{"text": "caf\\xe9"}']
    assert [one.reason.partition(":")[0] for one in page.dead] == ["not JSON", "not UTF-8"]


def test_a_dead_letter_of_a_line_without_time_is_the_same_however_often_it_is_read() -> None:
    data = b'{"text": " "}\n'
    (first,) = read_pages(io.BytesIO(data), "jsonl", now=NOW)
    (second,) = read_pages(io.BytesIO(data), "jsonl", now=NOW + timedelta(hours=1))
    assert first.dead == second.dead
    assert len(first.dead) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_file_is_an_empty_page(form: Format) -> None:
    (page,) = pages_of(b"", form)
    assert (page.posts, page.dead, page.more, page.position) == ([], [], False, {"offset": 0})


def test_a_file_that_is_not_there_or_is_none_is_gone(tmp_path: Path, make_watch: MakeWatch) -> None:
    with pytest.raises(SourceGoneError, match="does not exist"):
        Reader(tmp_path / "none.jsonl", make_watch).read()
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "pipe"):
        with pytest.raises(SourceGoneError, match="is not a file"):
            Reader(tmp_path / name, make_watch).read()


def test_a_csv_file_without_text_column_is_gone(table: Reader) -> None:
    table.write(b"id,body\n1,gone\n")
    with pytest.raises(SourceGoneError, match=r"no column called text; its columns are \['id', 'body'\]"):
        table.read()


def test_another_file_of_the_same_name_is_read_from_its_beginning(jsonl: Reader) -> None:
    jsonl.write(line(1) + line(2))
    assert ids(jsonl.read()) == ["1", "2"]
    jsonl.path.unlink()
    jsonl.write(b"".join(line(number) for number in range(3, 9)))
    assert ids(jsonl.read()) == ["3", "4", "5", "6", "7", "8"]
