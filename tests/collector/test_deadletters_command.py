"""`uproar deadletters`: what could not be used, and another try."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlmodel import Session, col, select

from collector import deadletters_command
from collector.deadletters_command import dead_letters
from tests.collector.made_source import with_sources
from uproar import database, deadletters, posts, sources
from uproar.incoming import Dead, Incoming
from uproar.models import Backlog, DeadLetter, Post, Reaction
from uproar.settings import Settings

DIED = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HIT = {"objectID": "7", "created_at_i": 1_772_622_000, "comment_text": "I left Harbour Clinics", "author": "ana"}
SEARCH = 'type = "hackernews"\nqueries = ["harbour"]'


@pytest.fixture(autouse=True)
def news(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The announcements; there is no broker here."""
    told: list[str] = []

    class Told:
        def __init__(self, task: str) -> None:
            self._task = task

        def announce(self) -> bool:
            told.append(self._task)
            return True

    monkeypatch.setattr(deadletters_command, "Announcer", Told)
    monkeypatch.setattr(deadletters_command, "set_up_logging", lambda: None)
    return told


def uproar(*arguments: str) -> Result:
    answer = CliRunner().invoke(dead_letters, list(arguments))
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


def bury(source: str, *raws: Any, reason: str = "old", watch: str = "harbour", post_id: int | None = None) -> None:
    dead = [Dead(raw if isinstance(raw, str) else json.dumps(raw), reason, post_id) for raw in raws]
    with database.writing() as session:
        deadletters.bury(session, dead, watch=watch, source=source, now=DIED)


def letters() -> list[DeadLetter]:
    with Session(database.engine()) as session:
        return list(session.exec(select(DeadLetter).order_by(col(DeadLetter.id))))


def stored() -> list[Post]:
    with Session(database.engine()) as session:
        return list(session.exec(select(Post).order_by(col(Post.id))))


def test_what_can_be_used_now_is_stored_and_what_cannot_stays_with_todays_reason(
    store: Settings, home: Path, news: list[str]
) -> None:
    bury("push", {"id": 1, "text": "Gone.", "platform": "push"}, {"id": 2}, "no json")
    bury("replay", {"text": "Gone too.", "time": "2026-03-01"})
    answer = uproar("retry", "--all")
    assert answer.output.splitlines() == [
        "4 read again: 2 are stored as posts, 0 are back in the backlog, 0 say nothing of the deal, 2 stay",
        "  1 x no text",
        "  1 x not JSON: Expecting value (column 1)",
    ]
    found = [(post.source, post.platform, post.text, post.created_at) for post in stored()]
    assert found == [
        ("push", "push", "Gone.", DIED),
        ("replay", "file", "Gone too.", datetime(2026, 3, 1, tzinfo=UTC)),
    ]
    assert sorted(letter.reason for letter in letters()) == ["no text", "not JSON: Expecting value (column 1)"]
    assert news == ["uproar.react"]
    with database.reading() as session:
        assert posts.backlog(session, watch="harbour")[0] == 2
    before = [letter.model_dump() for letter in letters()]
    assert "0 are stored as posts" in uproar("retry", "--all").output
    assert [letter.model_dump() for letter in letters()] == before


def test_two_letters_of_one_item_become_one_when_their_reasons_meet(store: Settings) -> None:
    bury("push", {"id": 2}, reason="old")
    bury("push", {"id": 2}, reason="no text")
    uproar("retry", "--all")
    assert [letter.reason for letter in letters()] == ["no text"]


def test_two_letters_of_one_item_become_one_post(store: Settings) -> None:
    bury("push", {"id": 2, "text": "Gone."}, reason="old")
    bury("push", {"id": 2, "text": "Gone."}, reason="older")
    assert "1 of them were there already" in uproar("retry", "--all").output
    assert (len(stored()), letters()) == (1, [])


def test_a_source_reads_its_own_items_and_leaves_out_what_it_would_leave_out(store: Settings, home: Path) -> None:
    with_sources(home, SEARCH)
    early = int((datetime(2019, 1, 1, tzinfo=UTC)).timestamp())
    bury(
        "hackernews",
        HIT, {**HIT, "objectID": "8", "comment_text": "Nice weather"}, {**HIT, "objectID": "9", "created_at_i": early},
        {**HIT, "objectID": 5}, {**HIT, "objectID": "10", "comment_text": None}, "{",
    )  # fmt: skip
    answer = uproar("retry", "--source", "hackernews")
    assert "6 read again: 1 are stored as posts" in answer.output
    assert "2 say nothing of the deal, 3 stay" in answer.output
    assert [(post.platform, post.native_id, post.matched) for post in stored()] == [("hackernews", "7", "direct")]
    assert sorted(letter.reason.partition(":")[0] for letter in letters()) == [
        "its raw form is no JSON", "the hit has no objectID", "the text is empty",
    ]  # fmt: skip


def test_a_csv_record_is_read_by_the_header_that_the_file_has(sqlite_store: Settings, home: Path) -> None:
    with_sources(home, f'type = "file"\npath = "{home / "a.csv"}"')
    bury("file", '3,"Gone,\nsays she",2026-03-04', "4,5", "6,caf\\xe9,2026-03-04")
    assert "3 stay" in uproar("retry", "--all").output
    (home / "a.csv").write_text("id,text,time\n")
    uproar("retry", "--all")
    assert [(post.native_id, post.text) for post in stored()] == [("3", "Gone,\nsays she")]
    assert sorted(letter.reason for letter in letters()) == [
        "its bytes were no UTF-8, and are kept in another form",
        "the record has 2 fields, the header has 3",
    ]


def test_a_line_of_a_file_is_read_again(sqlite_store: Settings, home: Path) -> None:
    with_sources(home, f'type = "file"\npath = "{home / "a.jsonl"}"')
    bury("file", {"id": 1, "text": "Gone."})
    uproar("retry", "--all")
    assert [(post.source, post.native_id) for post in stored()] == [("file", "1")]


def test_what_cannot_be_read_again_at_all_stays_as_it_is_and_is_said(sqlite_store: Settings, home: Path) -> None:
    with_sources(home, 'type = "feed"\nurl = "https://news.example/feed"', 'type = "fed"')
    with database.writing() as session:
        taken = sources.claim_due(session, watch="harbour", source="gone", claim="c", now=DIED, until=DIED)
    assert taken is not None
    for source in ("feed", "fed", "gone"):
        bury(source, {"id": 1, "text": "Gone."})
    bury("push", {"id": 1, "text": "x" * 70_000})
    bury("push", {"id": 1, "text": "Gone."}, watch="nowhere")
    before = [letter.model_dump() for letter in letters()]
    output = uproar("retry", "--all").output
    assert "5 stay" in output
    for reason in (
        "a source of type feed cannot read single items again", "there is no type 'fed'",
        "the watch file no longer names its source", "it was too long to be kept whole",
        "there is no watch file 'nowhere' any more",
    ):  # fmt: skip
        assert reason in output
    assert [letter.model_dump() for letter in letters()] == before
    assert stored() == []


def saved(*numbers: int) -> list[int]:
    """Posts that a worker gave up; their ids."""
    new = [Incoming("push", str(number), "Gone.", DIED) for number in numbers]
    with database.writing() as session:
        posts.save(session, new, watch="harbour", source="push", now=DIED, settings=Settings())
        taken = posts.claim(session, claim="c", batch=10, now=DIED, until=DIED + timedelta(minutes=1))
        ids = [post.id for post, _ in taken if post.id is not None]
        posts.drop(session, ids, claim="c")
    return ids


def test_a_post_that_killed_a_worker_goes_back_into_the_backlog(store: Settings, news: list[str]) -> None:
    first, second = saved(1, 2)
    with database.writing() as session:
        session.add(
            Reaction(
                post_id=second, watch="harbour", source="push", created_at=DIED, lang="en", sentiment="neutral",
                compound=0.0, cancel=False, stage="none", score=0.0, evidence=[], stance="none", concerns=[],
                voice=True, model_version="1", reacted_at=DIED,
            )
        )  # fmt: skip
    for number in (first, second, 999):
        bury("push", "Gone.", post_id=number)
    assert "2 are back in the backlog" in uproar("retry", "--watch", "harbour").output
    assert letters() == []
    with Session(database.engine()) as session:
        waiting = session.exec(select(Backlog).order_by(col(Backlog.post_id))).all()
    assert [(one.post_id, one.rescore, one.attempts) for one in waiting] == [(first, False, 0), (second, True, 0)]
    assert len(stored()) == 2
    assert news == ["uproar.react"]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(store: Settings, news: list[str]) -> None:
    (number,) = saved(1)
    bury("push", {"id": 9, "text": "Gone."}, {"id": 2})
    bury("push", "Gone.", post_id=number)
    before = [letter.model_dump() for letter in letters()]
    output = uproar("retry", "--all", "--dry-run").output
    assert output.startswith("3 read again: 1 can be stored as posts, 1 can go back in the backlog,")
    assert [letter.model_dump() for letter in letters()] == before
    assert len(stored()) == 1
    assert news == []


def test_only_the_letters_that_are_asked_for_are_tried(sqlite_store: Settings) -> None:
    bury("push", {"id": 1, "text": "one"})
    bury("push", {"id": 2, "text": "two"}, reason="100% Wrong")
    bury("desk", {"id": 3, "text": "three"})
    assert uproar("retry").exit_code == 2
    uproar("retry", "--reason", "100% w")
    assert [post.text for post in stored()] == ["two"]
    uproar("retry", "--id", str(letters()[0].id))
    assert [post.text for post in stored()] == ["two", "one"]
    uproar("retry", "--source", "desk", "--watch", "elsewhere")
    assert len(stored()) == 2
    uproar("retry", "--source", "desk")
    assert len(stored()) == 3


def test_many_letters_are_tried_in_slices(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadletters_command, "SLICE", 3)
    bury("push", *({"id": number, "text": "Gone."} for number in range(6)), *({"id": number} for number in range(5)))
    assert "11 read again: 6 are stored as posts" in uproar("retry", "--all").output
    assert (len(stored()), len(letters())) == (6, 5)


def test_the_list_shows_the_newest_first_and_keeps_to_one_line(store: Settings) -> None:
    assert uproar("list").output == "There are no dead letters.\n"
    bury("push", '{"id": 1,\n "text": "\x1b[31m"}', reason="no\ntext")
    bury("desk", "x" * 70_000, reason="too long")
    bury("desk", "Gone.", reason="scoring failed", post_id=5)
    lines = uproar("list").output.splitlines()
    assert [line.split("  ", 1)[1] for line in lines[::2]] == [
        "2026-03-04T12:00:00Z  harbour/desk  post 5: scoring failed",
        "2026-03-04T12:00:00Z  harbour/desk  too long (cut)",
        "2026-03-04T12:00:00Z  harbour/push  no text",
    ]
    assert lines[5] == '    {"id": 1, "text": " [31m"}'
    assert len(uproar("list", "--limit", "1").output.splitlines()) == 2
    (only,) = json.loads(uproar("list", "--json", "--reason", "TOO").output)
    assert (only["source"], only["reason"], len(only["raw"]) > 65_536) == ("desk", "too long", True)
