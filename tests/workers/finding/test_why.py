"""Why an alert was made."""

from workers.finding import why
from workers.finding.why import Shown


def test_the_concerns_that_grew_most_come_first_and_those_that_did_not_are_left_out() -> None:
    found = why.grown({"price": (9, 8.0), "privacy": (12, 1.26), "trust": (5, 6.0), "labour": (4, 0.0), "care": (3, 0)})
    assert found == [
        {"name": "privacy", "count": 12, "before": 1.3},
        {"name": "labour", "count": 4, "before": 0.0},
        {"name": "care", "count": 3, "before": 0},
    ]


def test_the_largest_come_with_their_share_of_all() -> None:
    assert why.largest({"a": 1, "b": 2, "c": 1, "d": 0}, 2) == [
        {"name": "b", "count": 2, "share": 0.5},
        {"name": "a", "count": 1, "share": 0.25},
    ]
    assert why.largest({}, 2) == []


def test_the_watch_file_says_what_is_told_of_posts() -> None:
    posts = [Shown(7, "https://a.example/7", "I left, ask @me"), Shown(8, "javascript:alert(1)", "Gone")]
    assert why.shown(posts, "none") == []
    assert why.shown(posts, "links") == [{"id": 7, "url": "https://a.example/7"}, {"id": 8, "url": None}]
    assert why.shown(posts, "excerpts") == [
        {"id": 7, "url": "https://a.example/7", "text": "I left, ask [handle]"},
        {"id": 8, "url": None, "text": "Gone"},
    ]


def test_what_was_not_read_of_a_window_is_told_as_stretches() -> None:
    observed = {"a": lambda minute: minute not in {60, 120, 240}, "b": lambda _minute: True}
    assert why.unread(observed, 0, 300) == [
        {"source": "a", "from": "1970-01-01T00:01:00Z", "to": "1970-01-01T00:03:00Z"},
        {"source": "a", "from": "1970-01-01T00:04:00Z", "to": "1970-01-01T00:05:00Z"},
    ]
