"""Reviews of an app as Apple's feed gives them."""

from datetime import UTC, datetime

from collector.feed_parser import parse
from uproar.incoming import Incoming

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
URL = "https://itunes.apple.com/us/rss/customerreviews/id=1/sortBy=mostRecent/xml"
APP = """<entry><id>https://apps.example/app/id1</id><title>Harbour Clinics - Gullwing</title><im:name>Harbour</im:name>
<link rel="alternate" type="text/html" href="https://apps.example/app/id1"/><im:price amount="0">Get</im:price>
<content type="html">&lt;table&gt;&lt;b&gt;Harbour Clinics&lt;/b&gt;&lt;/table&gt;</content></entry>"""


def review(
    number: int, title: str, text: str, *, rating: int = 1, when: str | None = "2026-03-03T10:15:00-07:00"
) -> str:
    """One review: its text, and the same as HTML with the title above it."""
    return f"""<entry>{f"<updated>{when}</updated>" if when else ""}<id>{number}</id><title>{title}</title>
<content type="text">{text}</content><im:voteCount>3</im:voteCount><im:rating>1</im:rating>
<author><name>ana</name><uri>https://itunes.example/us/reviews/id77</uri></author>
<link rel="related" href="https://itunes.example/us/review?id=1"/>
<content type="html">&lt;table width="100%"&gt;&lt;tr&gt;&lt;td&gt;&lt;b&gt;&lt;a href="https://apps.example"&gt;{title}&lt;/a&gt;&lt;/b&gt;
&lt;br/&gt;&lt;font size="2"&gt;{text}&lt;/font&gt;&lt;br/&gt;&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content></entry>"""


def read(*entries: str) -> list[Incoming]:
    body = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns:im="http://itunes.apple.com/rss"
xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>{URL}</id><title>Reviews</title>{"".join(entries)}</feed>"""
    posts, dead = parse(body.encode(), {}, url=URL, base=URL, now=NOW)
    assert dead == []
    return posts


def test_a_review_is_its_title_and_its_text_said_once_without_the_rating() -> None:
    (post,) = read(review(8_897, "Leaving", "I cancelled over this."))
    assert post == Incoming(
        "feed", "itunes.apple.com:8897", "Leaving\nI cancelled over this.", datetime(2026, 3, 3, 17, 15, tzinfo=UTC),
        "ana", "en", "https://itunes.example/us/review?id=1", context=("https://itunes.example/us/review?id=1",),
    )  # fmt: skip


def test_the_app_itself_is_no_review() -> None:
    assert [post.native_id for post in read(APP, review(1, "a", "b"))] == ["itunes.apple.com:1"]


def test_a_review_without_date_counts_as_written_when_it_was_read() -> None:
    (post,) = read(review(1, "a", "b", when=None))
    assert post.created_at == NOW


def test_a_review_of_several_lines_is_said_once() -> None:
    (post,) = read(review(1, "Gone", "First.&#10;&#10;Second &amp;amp; last."))
    assert post.text.count("First.") == 1


def test_an_entry_whose_parts_differ_keeps_them_all() -> None:
    entry = """<entry><id>1</id><title>Both</title><content type="text">In short</content>
<content type="html">&lt;p&gt;At length&lt;/p&gt;</content></entry>"""
    (post,) = read(entry)
    assert post.text == "Both\nIn short\nAt length"
    longer = entry.replace("At length", "In short, and at length")
    assert read(longer)[0].text == "Both\nIn short, and at length"


def test_an_id_that_is_no_address_is_no_link() -> None:
    (post,) = read("<entry><id>17</id><title>Gone</title></entry>")
    assert post.url is None
    (post,) = read("<entry><id>https://a.example/17</id><title>Gone</title></entry>")
    assert post.url == "https://a.example/17"
