from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from tests.dashboards.given import NOON, put
from tests.grafana.asking import ask, expanded, panels, questions
from uproar import database, erasing
from uproar.incoming import Erasure
from uproar.models import Post
from uproar.settings import Settings
from uproar.span import Span

SPAN = Span(int(NOON.timestamp()), int(NOON.timestamp()) + 3_600)
HOSTILE = ["'; DROP TABLE posts; --", "x') OR ('1'='1", '"quoted"', "100%", "_", "a\\'b", "{$x}", "a,b", "::text[]"]
READABLE = {
    "buckets": "*", "rollups": "*", "concern_buckets": "*", "concern_rollups": "*",
    "reactions": "post_id watch source created_at lang sentiment stage stance voice",
    "corrections": "id post_id stage sentiment stance voice",
    "posts": "id text url",
    "spikes": "watch signal state started_at resolved_at explanation",
    "gaps": "watch source started_at ended_at filled_at reason",
}  # fmt: skip


@pytest.mark.parametrize(("title", "question"), list(questions()), ids=[title for title, _ in questions()])
@pytest.mark.parametrize("double", [False, True])
def test_hostile_names_stay_names(owner: str, reader: str, title: str, question: str, *, double: bool) -> None:
    put(1, watch="harbour")
    chosen = {"watch": HOSTILE, "source": HOSTILE, "lang": HOSTILE}
    with psycopg.connect(reader) as connection:
        rows = connection.execute(expanded(question, SPAN, chosen, double=double).encode()).fetchall()
    if "counted" in question:  # nothing was chosen that is there
        assert not [row for row in rows if any(isinstance(cell, int) and cell for cell in row)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_finds_its_own_and_nothing_else(owner: str, reader: str, name: str) -> None:
    put(1, watch=name, source=name, text="its own")
    put(1, watch="harbour", text="another's")
    chosen = {"watch": [name], "source": [name], "lang": ["en"]}
    found = panels("reaction.json")
    posts = ask(reader, found["Newest posts"]["targets"][0]["rawSql"], SPAN, **chosen)
    assert [row["text"] for row in posts] == ["its own"]
    totals = ask(reader, found["Cancel share"]["targets"][0]["rawSql"], SPAN, **chosen)
    assert [row["posts"] for row in totals] == [1]


@pytest.mark.parametrize(("title", "question"), list(questions()), ids=[title for title, _ in questions()])
def test_an_empty_database_is_no_error(owner: str, reader: str, title: str, question: str) -> None:
    ask(reader, question, SPAN, watch=[], source=[], lang=[])


def test_the_role_reads_the_columns_that_are_named_and_no_other(owner: str, reader: str) -> None:
    with psycopg.connect(owner) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
    readable: set[tuple[str, str]] = set()
    with psycopg.connect(reader, autocommit=True) as connection:
        for table, column in columns:
            try:
                connection.execute(
                    sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
                ).fetchall()
            except psycopg.errors.InsufficientPrivilege:
                continue
            readable.add((table, column))
    wanted = {
        (table, column)
        for table, column in columns
        if column in READABLE.get(table, "").split() or READABLE.get(table) == "*"
    }
    assert readable == wanted
    assert ("posts", "author_hash") not in readable
    assert ("versions", "text") not in readable


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM posts", "UPDATE buckets SET posts = 0", "TRUNCATE rollups", "DROP TABLE gaps",
        "INSERT INTO gaps (watch) VALUES ('x')", "CREATE TABLE mine (a int)", "ALTER TABLE posts ADD x int",
        "CREATE ROLE another",
    ],
)  # fmt: skip
def test_the_role_writes_nothing_even_if_it_takes_the_default_off(owner: str, reader: str, statement: str) -> None:
    with psycopg.connect(reader, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(statement.encode())
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_a_long_question_is_cut_off(reader: str) -> None:
    with psycopg.connect(reader) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("20s",)


def test_nothing_of_an_erased_post_is_read(postgres_store: Settings, owner: str, reader: str) -> None:
    number = put(1, watch="harbour", text="I said too much", url="https://social.example/1")
    with database.writing() as session:
        post = session.get(Post, number)
        assert post is not None
        erased = [Erasure(post.platform, native_id=post.native_id)]
        assert erasing.erase(session, erased, now=NOON + timedelta(hours=1), settings=postgres_store) == 1
    with psycopg.connect(reader) as connection:
        assert connection.execute("SELECT text, url FROM posts").fetchall() == [("", None)]
    posts = panels("reaction.json")["Newest posts"]["targets"][0]["rawSql"]
    assert ask(reader, posts, SPAN, watch=["harbour"], source=["bluesky"], lang=["en"]) == []
