"""`uproar sources`: how the sources are, and what one of them answers."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from collector.source import Hole, Page, RateLimitedError, SourceGoneError
from collector.sources import SOURCES
from collector.sources_command import COLUMNS, find_source, one_line, sources
from tests.collector.conftest import MakeWatch
from tests.web_server import Reply, WebServer
from uproar import database, deadletters
from uproar import sources as questions
from uproar.errors import WatchError
from uproar.incoming import Dead, Incoming
from uproar.models import Bucket, Cursor, Gap
from uproar.outgoing import OutgoingError, RefusedAddressError
from uproar.settings import Settings
from uproar.watch import load_watches

WRITTEN = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)


def uproar(*arguments: str) -> Result:
    return CliRunner().invoke(sources, list(arguments))


def with_sources(home: Path, *more: str) -> None:
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + "".join(f"\n[[sources]]\n{one}\n" for one in more))


class Made:
    """A source that answers as the test says, and notes what it was asked."""

    answer: Page | Exception = Page((), {})
    asked: list[Any]

    def __init__(self, *_: Any) -> None:
        type(self).asked = []

    def fetch(self, position: dict[str, Any], *, now: datetime) -> Page:  # noqa: ARG002, D102 - a Source
        self.asked.append(position)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:  # noqa: D102 - a Source
        self.asked.append("close")


@pytest.fixture
def made(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[Made]:
    monkeypatch.setitem(SOURCES, "made", Made)
    with_sources(home, 'type = "made"')
    return Made


def post(number: int, text: str, **changes: Any) -> Incoming:
    return Incoming("made", str(number), text, WRITTEN + timedelta(minutes=number), **changes)


def test_the_list_shows_what_was_read_and_what_is_wrong(store: Settings, home: Path) -> None:
    with_sources(home, 'type = "file"\npath = "a.jsonl"', 'type = "feed"\nname = "news"\nurl = "https://a.example"')
    with_sources(home, 'type = "file"\nname = "old"\npath = "b"\nenabled = false')
    moment = datetime.now(UTC) - timedelta(hours=3)
    with database.writing() as session:
        session.add(
            Cursor(
                watch="harbour", source="news", next_due_at=moment, read_at=moment, covered_until=moment,
                failures=2, last_error="HTTP 500\nfor \x1b[31mlong", posts=7,
            )
        )  # fmt: skip
        session.add(Gap(watch="harbour", source="news", started_at=moment, reason="HTTP 500"))
        deadletters.bury(session, [Dead("x", "bad")], watch="harbour", source="news", now=moment)
    head, file, news, error, old = uproar("list").output.splitlines()
    assert tuple(re.split(" {2,}", head)) == COLUMNS
    assert file.split() == ["harbour/file", "file", "yes", "unread", "-", "-", "-", "0", "0", "0", "0", "0"]
    at = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert news.split() == ["harbour/news", "feed", "yes", "failing", at, at, "3", "h", "2", "7", "0", "1", "1"]
    assert error.strip() == f"last error: HTTP 500 for [31mlong; asked again at {at}"
    assert old.split()[:4] == ["harbour/old", "file", "no", "off"]
    (_, found, _) = json.loads(uproar("list", "--json", "--watch", "harbour").output)
    assert (found["source"], found["state"], found["failures"], found["gaps_open"]) == ("news", "failing", 2, 1)
    assert found["covered_until"] == moment.isoformat()
    assert isinstance(uproar("list", "--watch", "nobody").exception, WatchError)


def test_the_list_shows_what_was_pushed(store: Settings, home: Path) -> None:
    with database.writing() as session:
        session.add(Bucket(watch="harbour", minute=29_000_000, source="forum", lang="en", posts=3))
        session.add(Bucket(watch="harbour", minute=29_000_000, source="forum", lang="fr", posts=1))
        session.add(Bucket(watch="another", minute=29_000_000, source="forum", lang="fr", posts=1))
        deadletters.bury(session, [Dead("x", "bad")], watch="harbour", source="desk", now=WRITTEN)
    rows = [line.split() for line in uproar("list").output.splitlines()[1:]]
    assert [(row[0], row[1], row[3], row[8], row[11]) for row in rows] == [
        ("harbour/desk", "push", "pushed", "0", "1"),
        ("harbour/forum", "push", "pushed", "4", "0"),
    ]


def test_a_check_shows_what_came_back_and_stores_nothing(sqlite_store: Settings, made: type[Made]) -> None:
    hole = Hole(WRITTEN, WRITTEN + timedelta(hours=1), "the list is cut")
    made.answer = Page(
        [
            post(1, "I left Harbour\nClinics \x1b[31m" + "so " * 50),
            post(2, "Me too", context=("Harbour Clinics is sold",)),
            post(3, "Nice weather", edited_at=WRITTEN),
            post(4, "Fourth"),
        ],
        {"at": 1},
        dead=[Dead('{"id": 9}', "no text")],
        holes=[hole],
        more=True,
    )
    answer = uproar("check", "made")
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines() == [
        "harbour/made (made)",
        "posts: 4, and there is more",
        "written: 2026-03-04T11:01:00Z to 2026-03-04T11:04:00Z",
        "mention the deal: 1, and 1 by what they refer to",
        "  2026-03-04T11:01:00Z  " + ("I left Harbour Clinics [31m" + "so " * 50)[:100] + "…",
        "  2026-03-04T11:02:00Z  Me too",
        "  2026-03-04T11:03:00Z  Nice weather",
        "dead letters: 1",
        '  no text: {"id": 9}',
        "cannot be read: 2026-03-04T11:00:00Z to 2026-03-04T12:00:00Z: the list is cut",
        "It answers.",
    ]
    assert made.asked == [{}, "close"]
    with database.reading() as session:
        assert questions.cursors(session) == []
        assert deadletters.count(session) == 0


def test_a_source_with_a_probe_of_its_own_is_asked_that(made: type[Made], monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(self: Made, *, now: datetime) -> Page:
        assert now.tzinfo is UTC
        return Page([post(1, "from the probe")], {})

    monkeypatch.setattr(made, "probe", probe, raising=False)
    assert "from the probe" in uproar("check", "made").output
    assert made.asked == ["close"]


def test_that_no_post_mentions_the_deal_is_said_with_a_remedy(made: type[Made]) -> None:
    made.answer = Page([post(1, "Nice weather")], {})
    answer = uproar("check", "harbour/made")
    assert answer.exit_code == 0
    assert "none does: look at services" in answer.output


@pytest.mark.parametrize(
    ("answer", "problem", "remedy"),
    [
        (
            RateLimitedError("HTTP 429", retry_after=90),
            "asks us to wait: HTTP 429. It may be asked again in 90 s",
            "Wait",
        ),
        (SourceGoneError("HTTP 401"), "it refuses: HTTP 401", "token"),
        (OutgoingError("no answer"), "no answer", "Is there a network"),
        (RefusedAddressError("leads to 10.0.0.1"), "10.0.0.1", "allow_private"),
        (TimeoutError(), "TimeoutError", "Is there a network"),
        (KeyError("id"), "it broke: KeyError: 'id'", "tell those who wrote the type 'made'"),
        (Page((), {}, dead=[Dead("x", "no id")]), "not one of its items can be used", "reasons"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_wrong_is_said_with_its_remedy(
    made: type[Made], answer: Page | Exception, problem: str, remedy: str
) -> None:
    made.answer = answer
    found = uproar("check", "made")
    assert found.exit_code == 1
    assert problem in found.output
    assert remedy in found.output.partition("WRONG ")[2]
    assert made.asked[-1] == "close"


def test_a_real_source_is_asked_once(home: Path, web: WebServer) -> None:
    rss = b"<rss version='2.0'><channel><item><guid>1</guid><title>Harbour Clinics?</title></item></channel></rss>"
    with_sources(home, f'type = "feed"\nurl = "{web.says("/feed", Reply(body=rss))}"\nallow_private = true')
    assert "mention the deal: 1" in uproar("check", "feed").output
    assert len(web.asked) == 1


def test_a_type_that_is_not_there_is_a_mistake_in_the_watch_file(home: Path) -> None:
    with_sources(home, 'type = "fed"')
    answer = uproar("check", "fed")
    assert answer.exit_code == 1
    assert "WRONG watch harbour, source fed: there is no type 'fed'" in answer.output


def test_a_source_is_found_by_its_name_with_or_without_its_watch(make_watch: MakeWatch) -> None:
    file = {"type": "file", "path": "a"}
    first = make_watch(sources=[file, {**file, "name": "own"}])
    second = make_watch(name="other", sources=[file])
    third = make_watch(name="asleep", enabled=False, sources=[file, {**file, "name": "own"}, {**file, "name": "last"}])
    watches = [first, second, third]
    for name, watch, found in [
        ("own", None, first), ("last", None, third), ("other/file", None, second), ("file", "other", second),
        ("asleep/own", None, third), ("asleep/own", "asleep", third),
    ]:  # fmt: skip
        assert find_source(watches, name, watch)[0] is found
    for name, watch, message in [
        ("file", None, "harbour/file, other/file"), ("fil", None, "Sources here: harbour/file"),
        ("other/own", None, "no source 'own' of watch 'other'"), ("other/file", "harbour", "no source 'file'"),
        ("own/own", None, "no source 'own' of watch 'own'"),
    ]:  # fmt: skip
        with pytest.raises(WatchError, match=message):
            find_source(watches, name, watch)


def test_with_no_source_at_all_both_commands_say_so(sqlite_store: Settings) -> None:
    assert uproar("list").output == "No watch has a source.\n"
    assert str(uproar("check", "x").exception) == "There is no source 'x'. Sources here: none."
    assert load_watches(sqlite_store.watch_dir)[0].sources == ()


def test_a_line_stays_one_line_and_short() -> None:
    assert one_line("a\r\nb\x1b]0;\u202ec  d", 20) == "a b ]0; c d"
    assert one_line("x" * 10**6, 5) == "xxxxx…"
    assert one_line("\n" * 100 + "x", 5) == "…"
