from typing import Any

import pytest

from collector.sources import SOURCES, build
from tests.collector.conftest import MakeWatch, spec_of
from uproar.errors import WatchError
from uproar.settings import Settings

RIGHT: dict[str, dict[str, Any]] = {
    "bluesky": {"mode": "search", "identifier_env": "NAME", "password_env": "PASSWORD"},
    "feed": {"url": "https://news.example/feed"},
    "file": {"path": "posts.jsonl"},
    "hackernews": {"queries": ["harbour clinics"]},
    "x": {},
    "mastodon": {"instances": ["quay.example"], "hashtags": ["harbour"]},
    "reddit": {"queries": ["harbour clinics"]},
}


def test_every_type_can_be_built_from_its_keys(make_watch: MakeWatch) -> None:
    assert set(RIGHT) == set(SOURCES)
    for kind, options in RIGHT.items():
        assert hasattr(build(spec_of(kind, **options), make_watch(), Settings()), "fetch")


def test_a_type_that_is_not_there_is_named_with_those_that_are(make_watch: MakeWatch) -> None:
    with pytest.raises(WatchError) as caught:
        build(spec_of("fed", name="news"), make_watch(), Settings())
    types = ", ".join(sorted(SOURCES))
    assert str(caught.value) == f"watch harbour, source news: there is no type 'fed'; the types are {types}"


@pytest.mark.parametrize(
    ("kind", "options", "key"),
    [
        ("bluesky", {"wire": "v3"}, "wire"),
        ("bluesky", {"mode": "both"}, "mode"),
        ("bluesky", {"password": "x"}, "password"),
        ("bluesky", {"identifier_env": "NAME"}, "identifier_env and password_env belong together"),
        ("bluesky", {"identifier_env": "abcd-efgh-ijkl", "password_env": "B"}, "identifier_env"),
        ("bluesky", {"mode": "search"}, "mode = .search. needs a login"),
        ("feed", {}, "url"),
        ("feed", {"url": "news.example"}, "url"),
        ("feed", {"url": "https://news.example", "adress": 1}, "adress"),
        ("feed", {"url": "https://news.example", "allow_private": "perhaps"}, "allow_private"),
        ("file", {}, "path"),
        ("file", {"path": "a", "format": "xml"}, "format"),
        ("hackernews", {}, "queries"),
        ("hackernews", {"queries": "harbour"}, "queries"),
        ("hackernews", {"queries": []}, "queries"),
        ("hackernews", {"queries": [""]}, "queries.0"),
        ("x", {"query": " "}, "query"),
        ("x", {"query": "x" * 513}, "query"),
        ("x", {"mode": "firehose"}, "mode"),
        ("x", {"max_results": 9}, "max_results"),
        ("x", {"max_results": 101}, "max_results"),
        ("x", {"counts": "perhaps"}, "counts"),
        ("x", {"bearer_token": "t"}, "bearer_token"),
        ("mastodon", {"hashtags": ["harbour"]}, "instances"),
        ("mastodon", {"hashtags": ["harbour"], "instances": []}, "instances"),
        ("mastodon", {"hashtags": ["harbour"], "instances": ["a b"]}, "instances.0"),
        ("mastodon", {"hashtags": ["harbour"], "instances": ["ftp://quay.example"]}, "instances.0"),
        ("mastodon", {"hashtags": ["harbour"], "instances": ["https://ann@quay.example"]}, "instances.0"),
        ("mastodon", {"hashtags": ["two words"], "instances": ["quay.example"]}, "hashtags.0"),
        ("reddit", {"queries": [""]}, "queries.0"),
        ("reddit", {"subreddits": ["two words"]}, "subreddits.0"),
        ("reddit", {"queries": ["x"], "account": "a/b"}, "account"),
    ],
)
def test_a_wrong_key_is_named_with_watch_and_source(
    make_watch: MakeWatch, kind: str, options: dict[str, Any], key: str
) -> None:
    with pytest.raises(WatchError, match=f"^watch harbour, source mine: {key}"):
        build(spec_of(kind, **options, name="mine"), make_watch(), Settings())
