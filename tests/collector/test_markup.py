import html
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.markup import to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("one<p>two</p><p>three<br/>four", "one\ntwo\nthree\nfour"),
        ("a <b>bold</b>, <I>sloped</I> word", "a bold, sloped word"),
        ("it&#x27;s 1 &lt; 2 &amp;&nbsp;3 &eacute;", "it's 1 < 2 & 3 é"),
        ("1 < 2 and a<3, x <- y <3", "1 < 2 and a<3, x <- y <3"),
        ("before<script>if (a < b) { '</p>' }</script>after", "beforeafter"),
        ("before<SCRIPT>never closed", "before"),
        ("<style>p { }</style ><!-- <p>gone</p> -->here<!-- open <p>", "here"),
        ("<html><head><title>x</title></head><body>seen</body>", "seen"),
        ("<head><meta charset=utf-8><body>seen", "seen"),
        ("<a title=\"1 > 2\" href='x>y'>link</a>", "link"),
        ('<a title="open>link</a> rest', "link rest"),
        ("<!DOCTYPE html><?php ?>seen", "seen"),
        ("tail <a href=", "tail <a href="),
        ("  many \t blanks \r\n\n\n here  ", "many blanks\nhere"),
        ("&#" + "9" * 5_000 + ";", "\ufffd"),
        ("&#0000000065;&#128512;", "A😀"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert to_text(markup) == text


@given(st.text(alphabet="<>/!-?&;#\"'= \n\0axpscriptheadbodybr1", max_size=60))
def test_whatever_is_sent_comes_to_text_without_blank_lines(markup: str) -> None:
    assert all(line.strip() for line in to_text(markup).split("\n") if to_text(markup))


@given(st.text(max_size=60))
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert to_text(html.escape(text).replace("\r", "&#13;")).split() == html.unescape(html.escape(text)).split()


@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "<![", "&", "&#x", "</", '<a b="', "<script>", "<head>", '<a ">"']
)
@pytest.mark.parametrize("end", ["", ">"])
def test_no_markup_takes_long(piece: str, end: str) -> None:
    start = time.process_time()
    to_text(piece * (100_000 // len(piece)) + end)
    assert time.process_time() - start < 2.0
