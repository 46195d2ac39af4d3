"""Keys that are added while somebody else hashes, forgets or adds one, too."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from tests.uproar.test_forget import by, run
from tests.uproar.test_hashing import hashes, rotated
from tests.uproar.test_posts import NOW, save
from uproar import database, erasing, forgetting, hashing, lock, tombstones
from uproar.forgettable import Asked
from uproar.hashing import OtherKeyError
from uproar.incoming import Erasure
from uproar.key_settings import KEY
from uproar.settings import Settings


def test_whoever_adds_a_key_waits_for_another_who_does(sqlite_store: Settings) -> None:
    save(by("ana", "1"), sqlite_store)
    with ThreadPoolExecutor(1) as pool:
        with lock.one_at_a_time(sqlite_store.data_dir / KEY):
            second = pool.submit(rotated)
            with pytest.raises(TimeoutError):
                second.result(timeout=1)
        new = second.result(timeout=20)
    assert hashes()["1"] == new.hash_author("file", "ana")


def test_nobody_is_hashed_anew_while_an_account_is_erased(store: Settings) -> None:
    save(by("ana", "1"), store)

    def settle() -> None:
        with database.writing() as other:
            tombstones.settle(other)
            tombstones.put(other, [("00" * 16, "author")], now=NOW)  # SQLite waits where something is written

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            erasing.erase(session, [Erasure(platform="file", author="ana")], now=NOW, settings=store)
            waiting = pool.submit(settle)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        waiting.result(timeout=20)


def test_who_was_hashed_anew_meanwhile_is_not_said_to_be_forgotten(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(by("ana", "1"), store)
    look = forgetting.next_posts

    def too_late(session: Session, asked: Asked) -> object:
        monkeypatch.setattr(forgetting, "next_posts", look)
        later = Settings(secret_key=store.key.decode(), added_keys="the-second-key-of-all")
        list(hashing.catch_up(session, later))
        return look(session, asked)

    monkeypatch.setattr(forgetting, "next_posts", too_late)
    assert isinstance(run("author", "file", "ana", "--yes").exception, OtherKeyError)
    assert list(hashes()) == ["1"]
