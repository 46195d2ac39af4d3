"""The keys that authors are hashed with: another one is refused, one more loses nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlmodel import col, select

from tests.uproar.backups.commands import Elsewhere, done, uproar
from tests.uproar.backups.conftest import elsewhere  # noqa: F401 - a fixture
from tests.uproar.test_forget import by
from tests.uproar.test_forget import done as forget
from tests.uproar.test_posts import NOW, save
from uproar import database, erasing, forgotten_file, hashing, lock, posts
from uproar.checks import findings
from uproar.commands.key import key
from uproar.errors import UproarError
from uproar.hashing import OtherKeyError
from uproar.incoming import Erasure
from uproar.models import HashKey, Post, Tombstone
from uproar.settings import Settings, settings

OLD, NEW, OTHER = "the first key of all", "the-second-key-of-all", "another key altogether"


def run(*arguments: str, given: str | None = None) -> Result:
    settings.cache_clear()
    return CliRunner().invoke(key, arguments, input=given)


def rotated() -> Settings:
    answer = run("rotate", "--yes")
    assert answer.exit_code == 0, (answer.output, answer.exception)
    settings.cache_clear()
    return settings()


def hashes() -> dict[str, str | None]:
    with database.reading() as session:
        return dict(session.exec(select(Post.native_id, Post.author_hash)).all())


def given_keys(monkeypatch: pytest.MonkeyPatch, first: str, added: str = "") -> Settings:
    monkeypatch.setenv("UPROAR_SECRET_KEY", first)
    monkeypatch.setenv("UPROAR_ADDED_KEYS", added)
    settings.cache_clear()
    return settings()


def finding(chosen: Settings) -> tuple[bool, str, str]:
    one = next(one for one in findings(chosen, []) if one.subject == "keys")
    return one.ok, one.detail, one.command


def test_with_another_key_everybody_stays_who_they_are(store: Settings) -> None:
    save(by("ana", "1", "2") + by("bo", "3"), store)
    before, secret = hashes(), store.endpoint_secret("harbour", "desk")
    new = rotated()
    after = hashes()
    assert after["1"] == after["2"] == new.hash_author("file", "ana")
    assert after["3"] == new.hash_author("file", "bo")
    assert set(before.values()).isdisjoint(after.values())
    assert new.keys[0] == store.key
    assert new.endpoint_secret("harbour", "desk") == secret, "receivers would refuse what they are sent"
    save(by("ana", "4"), new)
    assert hashes()["4"] == after["1"]
    with database.writing() as session:
        gone = [Erasure(platform="file", author="ana")]
        assert erasing.erase(session, gone, now=NOW, settings=new) == 3


def test_what_was_forgotten_stays_forgotten_with_another_key(store: Settings) -> None:
    save(by("ana", "1") + by("bo", "2", "3"), store)
    forget("author", "file", "ana")
    forget("post", "file:2")
    new = rotated()
    assert save(by("ana", "1", "9") + by("bo", "2"), new).forgotten == 3
    with database.reading() as session:
        there = set(session.exec(select(Tombstone.key)).all())
    assert {one.key for one in forgotten_file.read(new)} == there
    assert rotated().keys[:2] == new.keys
    assert save(by("ana", "1", "9") + by("bo", "2"), settings()).forgotten == 3


def test_the_hash_of_more_keys_cannot_be_told_with_the_first_one_alone(sqlite_store: Settings) -> None:
    save(by("ana", "1"), sqlite_store)
    rotated()
    assert hashes()["1"] != sqlite_store.hash_author("file", "ana")


def test_more_posts_than_are_read_at_once_are_all_brought_up_to_date(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "CHUNK", 3)
    save([*by("ana", *map(str, range(7))), *by("", "none")], store)
    new = rotated()
    assert hashes() == {**{str(one): new.hash_author("file", "ana") for one in range(7)}, "none": None}


def test_nobody_is_hashed_with_another_key_than_those_who_are_stored(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(by("ana", "1"), store)
    other = given_keys(monkeypatch, OTHER)
    with pytest.raises(OtherKeyError, match="hashed with other keys than those here"):
        save(by("ana", "2"), other)
    with pytest.raises(OtherKeyError), database.writing() as session:
        erasing.erase(session, [Erasure(platform="file", author="ana")], now=NOW, settings=other)
    assert list(hashes()) == ["1"]
    assert finding(other)[0] is False
    with database.writing() as session:  # a post that is deleted is known by its own name
        assert erasing.erase(session, [Erasure(platform="file", native_id="1")], now=NOW, settings=other) == 1


def test_keys_that_are_lost_can_be_given_up(sqlite_store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    save(by("ana", "1"), sqlite_store)
    other = given_keys(monkeypatch, OTHER)
    assert isinstance(run("rotate", "--yes").exception, OtherKeyError)
    assert run("adopt", given="n\n").exit_code == 1
    assert run("adopt", "--yes").exit_code == 0
    save(by("ana", "2"), other)
    assert hashes()["1"] != hashes()["2"]
    assert finding(other)[0] is True


def test_a_key_that_is_set_is_followed_by_one_that_is_set(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    save(by("ana", "1"), given_keys(monkeypatch, OLD))
    answer = run("rotate", "--yes")
    assert "UPROAR_ADDED_KEYS" in str(answer.exception)
    assert isinstance(answer.exception, UproarError)
    both = given_keys(monkeypatch, OLD, NEW)
    assert finding(both) == (False, "a key was added that stored hashes lack", "uproar key rotate")
    with pytest.raises(OtherKeyError, match="uproar key rotate"):
        save(by("ana", "2"), both)
    assert rotated().keys == (OLD.encode(), NEW.encode())
    assert finding(both)[0] is True
    assert hashes()["1"] == both.hash_author("file", "ana")
    assert not (both.data_dir / "secret.key").exists()


def test_what_was_cut_off_between_file_and_database_is_finished(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(by("ana", "1"), store)

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(hashing, "catch_up", cut_off)
        assert run("rotate", "--yes").exit_code != 0
    settings.cache_clear()
    with pytest.raises(OtherKeyError, match="uproar key rotate"):
        save(by("ana", "2"), settings())
    new = rotated()
    assert len(new.keys) == 2
    assert hashes()["1"] == new.hash_author("file", "ana")


def test_a_database_from_before_keys_were_noted_was_hashed_with_the_first(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(by("ana", "1"), given_keys(monkeypatch, OLD))
    with database.writing() as session:
        for row in session.exec(select(HashKey)):
            session.delete(row)
    both = given_keys(monkeypatch, OLD, NEW)
    with pytest.raises(OtherKeyError, match="uproar key rotate"):
        save(by("ana", "2"), both)
    rotated()
    assert hashes()["1"] == both.hash_author("file", "ana")


def test_a_key_of_two_lines_from_before_is_not_taken_for_two(store: Settings) -> None:
    save(by("ana", "1"), store)
    with database.writing() as session:
        for row in session.exec(select(HashKey)):
            session.delete(row)
    (store.data_dir / "secret.key").write_text(f"{OLD}\n{NEW}\n")
    settings.cache_clear()
    with pytest.raises(OtherKeyError, match="set UPROAR_SECRET_KEY to all of them"):
        save(by("ana", "2"), settings())


def test_no_key_is_added_while_uproar_runs(sqlite_store: Settings) -> None:
    with lock.only_one(sqlite_store):
        assert "Stop it first" in str(run("rotate", "--yes").exception)
    assert settings().keys == sqlite_store.keys


def test_a_backup_from_before_is_brought_up_to_date(store: Settings, home: Path, elsewhere: Elsewhere) -> None:  # noqa: F811
    save(by("ana", "1") + by("bo", "2"), store)
    done("backup", str(home / "all.zip"))
    forget("author", "file", "bo")
    new = rotated()
    elsewhere()
    place = settings().data_dir
    place.mkdir(parents=True)
    for name in ("secret.key", "forgotten"):
        shutil.copy(new.data_dir / name, place)
    done("restore", str(home / "all.zip"))
    assert hashes() == {"1": settings().hash_author("file", "ana")}
    save(by("ana", "3"), settings())
    assert len(set(hashes().values())) == 1


def test_a_backup_with_more_keys_than_there_are_here_is_refused(
    sqlite_store: Settings,
    home: Path,
    elsewhere: Elsewhere,  # noqa: F811
) -> None:
    save(by("ana", "1"), sqlite_store)
    first = (sqlite_store.data_dir / "secret.key").read_text()
    rotated()
    done("backup", str(home / "all.zip"))
    elsewhere()
    settings().data_dir.mkdir(parents=True)
    (settings().data_dir / "secret.key").write_text(first)
    assert "another key" in str(uproar("restore", str(home / "all.zip")).exception)


def test_many_posts_of_a_day_are_still_found_after_two_more_keys(sqlite_store: Settings) -> None:
    save(by("ana", "1", created_at=NOW - timedelta(days=1)), sqlite_store)
    rotated()
    new = rotated()
    assert len(new.keys) == 3
    assert hashes()["1"] == new.hash_author("file", "ana")
    with database.reading() as session:
        assert [one.number for one in session.exec(select(HashKey).order_by(col(HashKey.number)))] == [1, 2, 3]
        assert hashing.used(session) == hashing.fingerprints(new.keys)[-1]
        assert posts.totals(session, watch="harbour") == (1, 0)
