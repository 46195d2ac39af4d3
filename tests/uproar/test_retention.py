"""Texts and posts that are let go because they are old, on SQLite and PostgreSQL: every count stays as it was."""

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from tests.recounted import assert_recounted
from tests.uproar.test_forget import by, everything, react
from tests.uproar.test_posts import NOW, claim, save, some
from tests.uproar.test_quotes import kept, quote
from uproar import corrections, counting, database, deadletters, erasing, people, posts, rescoring, retention
from uproar.commands.export import export
from uproar.commands.recount import recount
from uproar.commands.verify import verify
from uproar.corrections import Given
from uproar.fingerprints import Fingerprint
from uproar.incoming import Dead, Erasure
from uproar.models import Backlog, Bucket, Correction, DeadLetter, Horizon, Post, Reaction, Version
from uproar.settings import Settings
from uproar.span import Span
from uproar.sums import Range
from workers.retention import let_go

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
ALL = Range("harbour", Span(0, 2**33))


def keep(store: Settings, *, text: int = 0, reactions: int = 0) -> Settings:
    return store.model_copy(update={"keep_text": text, "keep_reactions": reactions})


def counts() -> Any:
    with database.reading() as session:
        return counting.stored(session, watch="harbour"), counting.stored_rollups(session, watch="harbour")


def fill(store: Settings) -> None:
    """Three posts; the first is edited, corrected, quoted, known for its copies, and answered by the second."""
    save(by("ana", "1", text="I loved the harbour"), store)
    save(by("bo", "2", parent_text="I loved the harbour") + by("cy", "3"), store)
    react()
    save(by("ana", "1", text="I have left the harbour", edited_at=LATER), store)
    react()
    quote(1)
    with database.writing() as session:
        corrections.correct(session, 1, Given(stage="cancelling"), note="Ana is a friend", by="me", now=NOW)
        session.add(Fingerprint(post_id=1, key=7))
        letters = [Dead("I have left the harbour", "too odd", post_id=1), Dead("Ana's harbour", "no time")]
        deadletters.bury(session, letters, watch="harbour", source="file", now=NOW)


def test_old_texts_go_with_all_that_quotes_them_and_every_count_stays(store: Settings) -> None:
    fill(store)
    before = counts()
    let_go(keep(store, text=30), now=NOW + 31 * DAY)
    left = everything()
    for trace in ("I left, says", "the harbour", "Ana's", "Ana is", "secret of 1", "'left'", '"left"'):
        assert trace not in left
    assert kept() == ([[]], [[], []], [])
    assert counts() == before
    assert assert_recounted() == 3
    with database.reading() as session:
        for post in session.exec(select(Post)):
            assert (post.text, post.parent_text, post.let_go_at, post.erased_at) == ("", None, NOW + 31 * DAY, None)
            assert post.author_hash is not None
        evidence = session.exec(select(Reaction.evidence)).first()
        assert evidence == [{"start": 2, "end": 6, "rule": "en.left"}]
        assert session.exec(select(Correction.stage, Correction.note)).all() == [("cancelling", None)]
        for table in (Version, Fingerprint, DeadLetter, Backlog):
            assert session.exec(select(table)).all() == []
        assert people.cancel_people(session, ALL, voices=3) == 3


def test_what_is_young_stays_and_without_a_setting_everything_does(store: Settings) -> None:
    fill(store)
    before = everything()
    let_go(store, now=NOW + 1000 * DAY)
    assert everything() == before
    let_go(keep(store, text=30, reactions=30), now=NOW + 30 * DAY)
    with database.reading() as session:
        assert len(session.exec(select(Post).where(col(Post.let_go_at).is_(None))).all()) == 3
        assert len(session.exec(select(DeadLetter)).all()) == 2


def test_a_text_that_was_let_go_is_not_edited_scored_or_told_again(store: Settings) -> None:
    fill(store)
    let_go(keep(store, text=1), now=NOW + 2 * DAY)
    assert save(by("ana", "1", text="Back again", edited_at=NOW + 3 * DAY), store) == posts.Saved(duplicate=1)
    with database.writing() as session:
        assert rescoring.enqueue(session, [1, 2, 3]) == 0
        assert rescoring.count_outdated(session, rescoring.Range(("harbour",))) == 0
        assert deadletters.put_back(session, [1]) == set()
    assert "Back again" not in everything()
    with database.reading() as session:
        assert list(corrections.export(session)) == []


def test_a_post_that_still_waits_for_its_reaction_gets_none_when_its_text_is_gone(store: Settings) -> None:
    save(some(2), store)
    held = claim("slow")
    let_go(keep(store, text=1), now=NOW + 2 * DAY)
    with database.writing() as session:
        assert posts.finish(session, [{"post_id": id_} for id_ in held], claim="slow") == 0
    assert claim("next") == []


def test_it_goes_on_where_it_stopped_and_a_moved_limit_counts_from_there(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    save(some(5), store)
    with database.writing() as session:
        assert retention.let_texts_go(session, before=NOW + DAY, now=NOW)
        assert session.exec(select(Horizon.what, Horizon.post_id)).all() == [("text", 2)]
    let_go(keep(store, text=1), now=NOW + 2 * DAY)
    with database.reading() as session:
        assert session.exec(select(Horizon.post_id)).all() == [5]
        assert set(session.exec(select(Post.text))) == {""}
        assert session.exec(select(Post.let_go_at)).first() == NOW  # not again


def test_old_posts_go_and_what_was_counted_of_them_stays_and_can_be_rebuilt(store: Settings) -> None:
    fill(store)
    before = counts()
    let_go(keep(store, reactions=30), now=NOW + 31 * DAY)
    save(by("di", "4", created_at=NOW), store)
    react()
    with database.reading() as session:
        assert len(session.exec(select(Reaction.post_id)).all()) == 1
        assert session.exec(select(Correction)).all() == []
        old = session.exec(select(Post).where(Post.native_id != "4")).all()
        assert {(post.text, post.author_hash, post.url) for post in old} == {("", None, None)}
        assert posts.totals(session, watch="harbour") == (1, 1)
        assert people.cancel_people(session, ALL, voices=4) is None  # three of them nobody can tell apart
        assert people.cancel_people(session, replace(ALL, watch="another", also=["harbour"]), voices=4) is None
    assert counts() != before
    assert assert_recounted() == 4
    with database.writing() as session:
        session.exec(select(Bucket)).one().cancel += 7
    assert CliRunner().invoke(recount, []).exit_code == 1
    assert CliRunner().invoke(recount, ["--rebuild"]).exit_code == 0
    assert assert_recounted() == 4
    with database.writing() as session:
        erasing.erase(session, [Erasure("file", native_id="4")], now=LATER, settings=store)
    assert counts() == before


def test_a_post_that_is_not_kept_is_neither_stored_nor_counted_again(store: Settings) -> None:
    fill(store)
    let_go(keep(store, reactions=1), now=NOW + 2 * DAY)
    before = counts()
    assert save(by("ana", "1") + by("bo", "2", edited_at=LATER), store) == posts.Saved(duplicate=2)
    with database.writing() as session:
        assert erasing.erase(session, [Erasure("file", native_id="1")], now=LATER, settings=store) == 0
    assert claim("w") == []
    assert counts() == before


def test_exports_and_packs_say_that_a_text_was_let_go_and_every_number_still_follows(
    sqlite_store: Settings, home: Path
) -> None:
    fill(sqlite_store)
    let_go(keep(sqlite_store, text=1), now=NOW + 2 * DAY)
    line = json.loads(CliRunner().invoke(export, ["posts"]).output.splitlines()[0])
    assert (line["text"], line["let_go_at"][:10]) == (None, "2026-03-06")
    header, first, *_ = CliRunner().invoke(export, ["posts", "--format", "csv"]).output.splitlines()
    row = dict(zip(header.split(","), first.split(","), strict=True))
    assert (row["text"], row["let_go_at"]) == ("", "2026-03-06T12:00:00Z")
    let_go(keep(sqlite_store, reactions=1), now=NOW + 2 * DAY)
    save(by("di", "4"), sqlite_store)
    react()
    pack = home / "pack.zip"
    answer = CliRunner().invoke(export, ["--evidence", str(pack)])
    assert answer.exit_code == 0, answer.output
    told = CliRunner().invoke(verify, [str(pack)])
    assert "1 posts counted, and 3 that are not kept any more taken as they are told" in told.output
    assert told.exit_code == 0
    with zipfile.ZipFile(pack) as files:
        assert "settled.csv" in files.namelist()
