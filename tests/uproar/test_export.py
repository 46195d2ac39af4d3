"""`uproar export`: what is stored, one JSON object a line."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

from click.testing import CliRunner
from sqlmodel import col, select

from uproar import corrections, database, posts
from uproar.__main__ import cli
from uproar.buckets import minute_of
from uproar.corrections import Given
from uproar.errors import UproarError
from uproar.incoming import Incoming
from uproar.models import Backlog, Reaction
from uproar.settings import Settings

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
REACTION = {
    "lang": "en", "sentiment": "negative", "compound": -0.5, "cancel": True, "stage": "cancelled", "score": 0.9,
    "evidence": [{"start": 2, "end": 6, "text": "left", "rule": "en.left"}], "stance": "against",
    "concerns": ["privacy"], "voice": True, "model_version": "t", "reacted_at": NOW,
}  # fmt: skip


def fill(store: Settings) -> None:
    """Three posts of one watch, the first with a reaction, and one of another."""
    text = 'I left\nHarbour Clinics, "finally" \u2028 voilà'
    for watch, number in (("harbour", 3), ("other", 1)):
        items = [
            Incoming(platform="file", native_id=f"p{index}", text=text, created_at=NOW, author="ana")
            for index in range(number)
        ]
        with database.writing() as session:
            posts.save(session, items, watch=watch, source="file", now=NOW, settings=store)
    with database.writing() as session:
        first = session.exec(select(Backlog).order_by(col(Backlog.post_id))).first()
        assert first is not None
        first.claim = "test"
        session.add(first)
        session.flush()
        row = {"post_id": first.post_id, "watch": "harbour", "source": "file", "created_at": NOW, **REACTION}
        posts.finish(session, [row], claim="test")


def export(*arguments: str) -> list[dict[str, Any]]:
    answer = CliRunner().invoke(cli, ["export", *arguments], catch_exceptions=False)
    assert answer.exit_code == 0
    return [json.loads(line) for line in answer.output.split("\n") if line]


def test_every_post_is_one_line_with_its_reaction_or_null(store: Settings) -> None:
    fill(store)
    lines = export("posts", "--jsonl")
    assert [(line["watch"], line["id"]) for line in lines] == [
        ("harbour", "p0"), ("harbour", "p1"), ("harbour", "p2"), ("other", "p0"),
    ]  # fmt: skip
    assert lines[0]["reaction"] == {
        "lang": "en",
        "sentiment": {"label": "negative", "compound": -0.5},
        "intent": {
            "cancel": True,
            "stage": "cancelled",
            "score": 0.9,
            "evidence": [{"start": 2, "end": 6, "text": "left", "rule": "en.left"}],
        },
        "stance": "against",
        "concerns": ["privacy"],
        "voice": True,
        "speaker": "other",
        "echo_of": None,
        "model_version": "t",
        "reacted_at": "2026-03-04T12:00:30+00:00",
    }
    assert [line["reaction"] for line in lines[1:]] == [None, None, None]
    assert lines[1]["created_at"] in ("2026-03-04T12:00:30Z", "2026-03-04T12:00:30+00:00")


def correct(**said: Any) -> None:
    """Correct the one reaction that there is."""
    with database.writing() as session:
        post_id = session.exec(select(Reaction.post_id)).one()
        corrections.correct(session, post_id, Given(**said), note="irony", by="Mo", now=NOW)


def test_the_export_tells_what_counts_and_beside_it_what_the_machine_said(store: Settings) -> None:
    fill(store)
    assert export("posts")[0]["correction"] is None
    correct(stage="staying", concerns=[])
    line, *others = export("posts")
    assert (line["reaction"]["intent"]["stage"], line["reaction"]["intent"]["cancel"]) == ("staying", False)
    assert (line["reaction"]["concerns"], line["reaction"]["stance"]) == ([], "against")
    machine = {
        "stage": "cancelled", "sentiment": "negative", "stance": "against", "concerns": ["privacy"], "voice": True,
    }  # fmt: skip
    assert line["correction"] == {
        "stage": "staying", "sentiment": None, "stance": None, "concerns": [], "voice": None,
        "note": "irony", "by": "Mo", "sampled": False, "corrected_at": "2026-03-04T12:00:30+00:00", "machine": machine,
    }  # fmt: skip
    assert [other["correction"] for other in others] == [None, None, None]


def test_corrections_are_exported_as_an_evaluation_set(store: Settings) -> None:
    fill(store)
    assert export("corrections", "--jsonl") == []
    correct(stage="staying", voice=False, sampled=True)
    (line,) = export("corrections", "--jsonl")
    assert line == {
        "id": "p0", "watch": "harbour", "text": 'I left\nHarbour Clinics, "finally" \u2028 voilà', "lang": "en",
        "target": None, "parent": None, "label": "staying", "sentiment": None, "stance": None, "concerns": None,
        "voice": False, "note": "irony", "sampled": True, "model_version": "t",
        "machine": {
            "stage": "cancelled", "sentiment": "negative", "stance": "against", "concerns": ["privacy"], "voice": True,
        },
    }  # fmt: skip
    assert export("corrections", "--watch", "other") == []


def test_the_author_is_not_in_the_export(sqlite_store: Settings) -> None:
    fill(sqlite_store)
    lines = export("posts")
    assert lines[0]["author_hash"] == sqlite_store.hash_author("file", "ana")
    assert "ana" not in {str(value) for line in lines for value in line.values()}


def test_every_bucket_is_one_line(store: Settings) -> None:
    fill(store)
    (line,) = export("buckets", "--jsonl", "--exact")
    assert (line["watch"], line["source"], line["lang"], line["minute"]) == ("harbour", "file", "en", minute_of(NOW))
    assert (line["posts"], line["cancel"], line["negative"], line["stage_cancelled"]) == (1, 1, 1, 1)


def test_one_watch_can_be_asked_for(store: Settings) -> None:
    fill(store)
    assert {line["watch"] for line in export("posts", "--watch", "other")} == {"other"}
    assert export("buckets", "--watch", "other") == []
    assert export("posts", "--watch", "nobody") == []


def test_nothing_is_exported_from_tables_of_another_version(home: object) -> None:
    answer = CliRunner().invoke(cli, ["export", "posts"])
    assert isinstance(answer.exception, UproarError)
    assert "Run `uproar migrate`" in str(answer.exception)


def test_a_reader_that_has_seen_enough_does_no_harm(sqlite_store: Settings) -> None:
    items = [Incoming(platform="file", native_id=str(n), text="x" * 500, created_at=NOW) for n in range(2_000)]
    with database.writing() as session:
        posts.save(session, items, watch="harbour", source="file", now=NOW, settings=sqlite_store)
    command = f"'{sys.executable}' -m uproar export posts | head -n 1"
    answer = subprocess.run(["sh", "-c", command], capture_output=True, check=False, env=os.environ, text=True)
    assert json.loads(answer.stdout)["id"] == "0"
    assert answer.stderr == ""
