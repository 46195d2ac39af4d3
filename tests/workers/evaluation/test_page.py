"""The page of `uproar evaluate --html`: complete, and nothing in it comes alive."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.workers.evaluation.given import write_rows, yes_no_file
from workers.evaluation.commands import evaluate
from workers.evaluation.wrong import highlighted
from workers.evidence import Evidence

HOSTILE = '<script>alert("1")</script> & stage=cancelled'


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.tags.append((tag, dict(attrs)))


def page_of(folder: Path, rows: list[dict[str, Any]], name: str = "rows.jsonl") -> str:
    arguments = [write_rows(folder / name, rows), "--html", str(folder / "page.html")]
    result = CliRunner().invoke(evaluate, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return (folder / "page.html").read_text()


def test_whatever_stands_in_a_post_is_text_on_the_page(tmp_path: Path) -> None:
    hostile = "</p></mark>\"'><img src=x onerror=alert(1)>"
    page = page_of(
        tmp_path,
        [{"text": HOSTILE, "label": 0, "id": hostile, "target": hostile, "parent": hostile}],
        "<b onclick=1>.jsonl",
    )
    tags = Tags(page).tags
    assert not {name for name, _ in tags} & {"script", "img", "b onclick", "link", "iframe", "a", "object"}
    assert not [key for _, attributes in tags for key in attributes if key.startswith("on") or key == "style"]
    assert html.escape(hostile) in page
    assert "<mark>&lt;scri</mark><code>parrot.cancelled</code>pt&gt;alert(&quot;1&quot;)" in page


def test_the_pages_policy_allows_its_own_style_and_nothing_else(tmp_path: Path) -> None:
    page = page_of(tmp_path, [{"text": "x", "label": 1}])
    (policy,) = [one["content"] for name, one in Tags(page).tags if one.get("http-equiv") == "Content-Security-Policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_has_confusion_calibration_and_a_drawing(tmp_path: Path) -> None:
    page = page_of(tmp_path, [json.loads(line) for line in Path(yes_no_file(tmp_path)).read_text().splitlines()])
    for part in (">TP 3<", ">FP 1<", ">FN 1<", ">TN 5<", "Calibration of the score", "<svg", "Reliability diagram"):
        assert part in page
    assert len([one for _, one in Tags(page).tags if one.get("class") == "point"]) == 2


def test_overlapping_evidence_is_marked_once_with_every_rule() -> None:
    spans = [Evidence(0, 4, "a<bc", "one"), Evidence(2, 6, "bcd>", "two")]
    assert highlighted("a<bcd>e", spans) == (
        "<mark>a&lt;</mark><mark>bc</mark><code>one</code><mark>d&gt;</mark><code>two</code>e"
    )
    assert highlighted("", spans) == ""


def test_a_page_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, [yes_no_file(tmp_path), "--html", str(tmp_path / "no" / "page.html")])
    assert "page.html: cannot be written" in str(result.exception)
