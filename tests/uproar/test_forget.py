"""`uproar forget`, on SQLite and PostgreSQL: nothing is left, the counts follow, and nothing comes back."""

import json
import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from tests.recounted import assert_recounted
from tests.uproar.test_posts import NOW, claim, reaction, save, some
from tests.uproar.test_quotes import kept, quote
from uproar import corrections, database, deadletters, posts, storing
from uproar.commands.forget import forget
from uproar.corrections import Given
from uproar.fingerprints import Fingerprint
from uproar.incoming import Dead, Incoming
from uproar.models import Charge, Correction, Forgetting, Post, Reaction, Spike, Tombstone, Version
from uproar.settings import Settings

LATER = NOW + timedelta(hours=1)
ANA = "did:plc:ana-of-the-harbour"
LINK = "https://bsky.example/profile/ana/post/1"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(forget, arguments, input=given)


def done(*arguments: str, given: str | None = None) -> str:
    answer = run(*arguments, "--yes", given=given)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return answer.output


def by(author: str, *native_ids: str, **changes: object) -> list[Incoming]:
    fields: dict[str, object] = {"platform": "file", "text": f"I left, says {author}", "created_at": NOW} | changes
    return [Incoming(native_id=id_, author=author, **fields) for id_ in native_ids]  # type: ignore[arg-type] # names


def react(**of: dict[str, object]) -> None:
    """Give all that waits a reaction; `of` says what is special about that of a post."""
    held = claim("w")
    with database.writing() as session:
        rows = [reaction(id_, **({"echo_of": None} | of.get(f"of_{id_}", {}))) for id_ in held]
        assert posts.finish(session, rows, claim="w") == len(held)


def everything() -> str:
    """All rows of all tables, as one text."""
    with database.reading() as session:
        return "\n".join(
            repr(tuple(row)) for table in Post.metadata.sorted_tables for row in session.execute(table.select())
        )


def test_nothing_of_a_forgotten_author_is_left_and_every_count_follows(store: Settings) -> None:
    save(by(ANA, "at://1", "at://2", url=LINK) + by("bo", "at://3"), store)
    save(by("bo", "at://4", parent_text=f"I left, says {ANA}"), store)
    save(by("carl", "at://5", text=f"RT: I left, says {ANA}", repost=True), store)
    react(of_5={"echo_of": 1, "voice": False})
    save(by(ANA, "at://1", text="I have left Harbour", edited_at=LATER), store)
    quote(1, 3)
    with database.writing() as session:
        corrections.correct(session, 2, Given(stage="none"), note="Ana jokes", by="me", now=NOW)
        session.add(Fingerprint(post_id=1, key=7))
        session.add(Charge(account="x", day="2026-03-04", native_id="at://1"))
        letters = [Dead(json.dumps({"did": ANA}), "no time"), Dead(json.dumps({"did": f"{ANA}s"}), "no time")]
        deadletters.bury(session, letters, watch="harbour", source="file", now=NOW)
    output = done("author", "file", ANA)
    assert "3 posts" in output
    assert "1 dead letters" in output
    assert assert_recounted() == 2
    left = everything()
    assert "did:plc:ana-of-the-harbours" in left  # somebody else
    assert not re.search(rf"{ANA}\b", left)
    for trace in ("at://1", "at://2", "at://5", LINK, "have left Harbour", "Ana jokes", "secret of 1"):
        assert trace not in left
    with database.reading() as session:
        assert session.exec(select(Post.native_id).order_by(col(Post.id))).all() == ["at://3", "at://4"]
        assert session.exec(select(Post.author_hash).distinct()).all() == [store.hash_author("file", "bo")]
        for table in (Correction, Fingerprint, Version, Charge):
            assert session.exec(select(table)).all() == []
    other = [{"id": 3, "text": "secret of 3"}]
    assert kept() == ([other], [other, other], [3])


def test_what_a_forgotten_author_writes_later_is_not_stored_and_neighbours_are(store: Settings) -> None:
    save(by(ANA, "at://1"), store)
    done("author", "file", "-", given=f"{ANA}\n")
    again = save(by(ANA, "at://1", "at://9") + by("bo", "at://3"), store)
    assert (again.new, again.duplicate, again.forgotten) == (1, 0, 2)
    assert save(by(ANA, "at://1", text="anew", edited_at=LATER), store).forgotten == 1
    # a source that does not say who wrote it, in another watch
    nameless = Incoming(platform="file", native_id="at://1", text="I left", created_at=NOW)
    with database.writing() as session:
        stored = storing.store(session, [nameless], [], watch="second", source="push", settings=store)
    assert stored.saved == posts.Saved(forgotten=1)
    assert save(by(ANA, "at://1", platform="other"), store).new == 1  # the same name elsewhere is somebody else
    with database.reading() as session:
        assert session.exec(select(Post.platform, Post.native_id)).all() == [("file", "at://3"), ("other", "at://1")]


def test_the_author_of_a_post_is_forgotten_without_a_name(store: Settings) -> None:
    save(by(ANA, "at://1", url=LINK) + by(ANA, "at://2") + by("bo", "at://3"), store)
    assert "2 posts" in done("author", "--of", LINK)
    assert save(by(ANA, "at://9"), store).forgotten == 1


@pytest.mark.parametrize("what", ["1", LINK, "http://www.bsky.example/profile/ana/post/1/?utm=x", "file:at://1"])
def test_a_post_is_named_by_its_number_its_link_or_its_id_and_goes_from_every_watch(store: Settings, what: str) -> None:
    save(by(ANA, "at://1", url=LINK) + by(ANA, "at://2"), store)
    with database.writing() as session:
        posts.save(session, by(ANA, "at://1", url=LINK), watch="second", source="file", now=NOW, settings=store)
    react()
    assert "2 posts" in done("post", what)
    assert save(by(ANA, "at://1"), store).forgotten == 1
    with database.reading() as session:
        assert session.exec(select(Post.native_id)).all() == ["at://2"]
    assert assert_recounted() == 1


def test_a_post_that_was_never_stored_can_be_kept_out(store: Settings) -> None:
    assert "nothing was stored" in done("post", "file:at://1")
    assert save(by(ANA, "at://1", "at://2"), store) == posts.Saved(new=1, forgotten=1)


def test_an_erased_post_is_forgotten_with_its_key(store: Settings) -> None:
    save(by(ANA, "at://1"), store)
    with database.writing() as session:
        session.exec(select(Post)).one().erased_at = NOW
    assert "1 posts" in done("post", "1")
    assert "at://1" not in everything()


def test_a_watch_goes_as_a_whole_in_pieces_and_the_others_stay(
    store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uproar.forgetting.AT_ONCE", 2)
    save(some(5), store)
    react()
    quote(1)
    with database.writing() as session:
        posts.save(session, some(2), watch="second", source="file", now=NOW, settings=store)
        deadletters.bury(session, [Dead("{", "no JSON")], watch="harbour", source="file", now=NOW)
    react(of_6={"watch": "second"}, of_7={"watch": "second"})
    assert run("watch", "harbour", "--yes").exit_code == 1  # it is still watched
    assert isinstance(run("watch", "harbour", "--yes").exception, Exception)
    (home / "watches" / "harbour.toml").write_text((home / "watches" / "harbour.toml").read_text().replace(
        'name = "harbour"', 'name = "second"'
    ))  # fmt: skip
    assert "5 posts" in done("watch", "harbour")
    assert "harbour" not in everything()
    assert assert_recounted("second") == 2
    assert save(some(9), store) == posts.Saved(forgotten=9)
    with database.writing() as session:  # what the forgotten watch had is no secret from another
        assert posts.save(session, some(3), watch="second", source="file", now=NOW, settings=store).new == 1
    with database.reading() as session:
        assert session.exec(select(Spike)).all() == []
        assert len(session.exec(select(Reaction)).all()) == 2


def test_a_dry_run_says_what_would_go_and_changes_nothing(store: Settings) -> None:
    save(by(ANA, "at://1", "at://2"), store)
    react()
    before = everything()
    output = run("author", "file", ANA, "--dry-run").output
    assert output == "Would go: 2 posts, 2 reactions\n"
    assert run("watch", "other", "--dry-run").output == "Would go: nothing that is stored now\n"
    assert everything() == before


def test_nothing_goes_unless_it_is_meant(store: Settings) -> None:
    save(by(ANA, "at://1"), store)
    assert run("author", "file", ANA, given="n\n").exit_code == 1
    assert run("author", "file", ANA).exit_code == 1  # nobody there who could say so
    with database.reading() as session:
        assert session.exec(select(Tombstone)).all() == []
    assert run("author", "file", ANA, given="y\n").exit_code == 0


def test_the_log_says_who_forgot_how_much_and_nothing_of_whom_or_what(store: Settings) -> None:
    assert run("log").output == "Nothing was forgotten.\n"
    save(by(ANA, "at://1", url=LINK), store)
    done("author", "file", ANA, "--by", "the officer")
    done("post", "file:at://2", "--by", "the officer")
    output = run("log").output
    assert [line.partition(", ")[2] for line in output.splitlines()] == [
        "the officer: post, done", "the officer: post, begun",
        "the officer: author, done: 1 posts", "the officer: author, begun",
    ]  # fmt: skip
    with database.reading() as session:
        logged = repr([row.model_dump() for row in session.exec(select(Forgetting))])
    for trace in (ANA, "at://", store.hash_author("file", ANA)):
        assert trace not in logged
    assert [row["kind"] for row in json.loads(run("log", "--json").output)] == ["post", "post", "author", "author"]


@pytest.mark.parametrize("change", ["UPDATE forgettings SET kind = 'none'", "DELETE FROM forgettings"])
def test_the_database_refuses_to_change_the_log(store: Settings, change: str) -> None:
    done("post", "file:at://1")
    with pytest.raises(DBAPIError, match="only added"), database.writing() as session:
        session.execute(text(change))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("post", "17"), "17: no such post is stored"),
        (("post", "https://x.example/1"), "no such post is stored"),
        (("post", "nonsense"), "'nonsense' is no post"),
        (("post", ""), "'' is no post"),
        (("post", ":1"), "':1' is no post"),
        (("post", "file:"), "'file:' is no post"),
        (("post", "9" * 40), "is no post"),
        (("author", "file"), "Name PLATFORM and AUTHOR"),
        (("author", "file", "-"), "AUTHOR is empty"),
        (("author", "--of", "17"), "no such post is stored"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_to_write(
    sqlite_store: Settings, arguments: tuple[str, ...], said: str
) -> None:
    answer = run(*arguments, "--yes", given="\n")
    assert answer.exit_code != 0
    assert said in answer.output + str(answer.exception)


def test_a_post_whose_author_nobody_knows_says_so(sqlite_store: Settings) -> None:
    save([Incoming(platform="file", native_id="1", text="I left", created_at=NOW)], sqlite_store)
    assert "who wrote it is not stored" in str(run("author", "--of", "1", "--yes").exception)


def test_a_page_that_is_being_stored_meanwhile_does_not_slip_through(postgres_store: Settings) -> None:
    save(by(ANA, "at://1"), postgres_store)
    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            posts.save(session, by(ANA, "at://2"), watch="harbour", source="file", now=NOW, settings=postgres_store)
            going = pool.submit(done, "author", "file", ANA)
            wait([going], timeout=1)
            assert not going.done()  # it waits for the page
        assert "2 posts" in going.result(timeout=30)
    with database.reading() as session:
        assert session.exec(select(Post)).all() == []
