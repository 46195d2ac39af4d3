"""Feeds written for the tests."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 4, 12, 0, 0, 250_000, tzinfo=UTC)
URL = "https://news.example/feed"

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
  <title>Harbour news</title>
  <entry>
    <id>tag:news.example,2026:1</id><title>Je pars</title><link href="/1"/>
    <author><name>ana</name></author>
    <published>2026-03-03T10:00:00+01:00</published><updated>2026-03-04T10:00:00Z</updated>
    <content type="html">&lt;p&gt;J'ai r&#233;sili&#233;.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</content>
  </entry>
</feed>"""


def item(number: int, *, when: datetime | None = datetime(2026, 3, 3, tzinfo=UTC), **parts: str | None) -> str:
    """One RSS entry."""
    fields = {
        "guid": f"id{number}",
        "title": f"Title {number}",
        "link": f"https://news.example/{number}",
        "pubDate": when.strftime("%a, %d %b %Y %H:%M:%S GMT") if when else None,
    } | parts
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value) + "</item>"


def rss(*items: str, head: str = "<language>en-gb</language>", start: str = "") -> bytes:
    """A whole RSS feed."""
    return f'{start}<rss version="2.0"><channel><title>News</title>{head}{"".join(items)}</channel></rss>'.encode()
