"""A backup that is older than a `uproar forget` does not bring back what was forgotten since; on both databases."""

import shutil
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from tests.at_once import at_once
from tests.recounted import assert_recounted
from tests.uproar.backups.commands import Elsewhere, done, uproar
from tests.uproar.test_forget import ANA, by, everything, react
from tests.uproar.test_forget import done as forget
from tests.uproar.test_posts import NOW, save
from uproar import database, forgotten_file, migrating, posts
from uproar.errors import UproarError
from uproar.models import Post, Tombstone
from uproar.settings import Settings, settings


def test_what_was_forgotten_since_goes_again_after_a_restore(store: Settings, home: Path, elsewhere: Elsewhere) -> None:
    save(by(ANA, "at://1", "at://2") + by("bo", "at://3", "at://4"), store)
    with database.writing() as session:
        posts.save(session, by("cy", "at://7"), watch="second", source="file", now=NOW, settings=store)
    react(of_5={"watch": "second"})
    done("backup", str(home / "all.zip"))
    for what in (("author", "file", ANA), ("post", "file:at://3"), ("watch", "second")):
        forget(*what)
    old = store.data_dir
    elsewhere()
    new = settings().data_dir
    new.mkdir(parents=True)
    for name in ("forgotten", "secret.key"):
        shutil.copy(old / name, new / name)
    assert "4 posts in it have been forgotten since" in done("restore", str(home / "all.zip"))
    with database.reading() as session:
        assert session.exec(select(Post.native_id)).all() == ["at://4"]
    assert assert_recounted() == 1
    assert "second" not in everything()
    assert save(by(ANA, "at://1", "at://9") + by("bo", "at://3", "at://4"), settings()).forgotten == 3


def test_a_newer_backup_keeps_out_by_itself_what_was_forgotten(
    store: Settings, home: Path, elsewhere: Elsewhere
) -> None:
    save(by(ANA, "at://1"), store)
    forget("author", "file", ANA)
    done("backup", str(home / "all.zip"))
    elsewhere()
    done("restore", str(home / "all.zip"))
    assert save(by(ANA, "at://1", "at://9"), settings()).forgotten == 2


def test_the_file_holds_all_that_was_ever_forgotten_and_no_name(sqlite_store: Settings) -> None:
    forget("author", "file", ANA)
    forget("post", "file:at://1")
    written = forgotten_file.place(sqlite_store).read_text()
    assert "at://" not in written
    assert ANA not in written
    assert [one.kind for one in sorted(forgotten_file.read(sqlite_store), key=lambda one: one.kind)] == [
        "author",
        "post",
    ]


@pytest.mark.parametrize("line", ["{", "{}", "[]", '{"key": "a", "kind": "post", "set_at": "soon"}'])
def test_a_file_that_cannot_be_read_stops_a_restore_before_anything_is_written(
    sqlite_store: Settings, home: Path, elsewhere: Elsewhere, line: str
) -> None:
    save(by(ANA, "at://1"), sqlite_store)
    done("backup", str(home / "all.zip"))
    elsewhere()
    settings().data_dir.mkdir(parents=True)
    forgotten_file.place(settings()).write_text(line)
    answer = uproar("restore", str(home / "all.zip"))
    assert isinstance(answer.exception, UproarError)
    assert "forgotten:1: is no tombstone" in str(answer.exception)
    migrating.migrate()
    with database.reading() as session:
        assert session.exec(select(Post)).all() == []


def test_what_several_forget_at_the_same_moment_is_all_in_the_file(sqlite_store: Settings) -> None:
    stones = [Tombstone(key=f"{number:032x}", kind="post", set_at=NOW) for number in range(12)]
    at_once(*[partial(forgotten_file.keep, sqlite_store, [one]) for one in stones])
    assert {one.key for one in forgotten_file.read(sqlite_store)} == {one.key for one in stones}
