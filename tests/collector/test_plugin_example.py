"""The type of source that docs/sources.md shows, installed and run as it stands there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from tests.collector.foreign import install, points_of
from tests.collector.test_collect_command import begin, end
from tests.service import run
from tests.waiting import until
from tests.web_server import Asked, Reply, WebServer
from uproar import database, deadletters
from uproar.deadletters import Wanted
from uproar.models import Cursor, Post
from uproar.settings import Settings

SECTION = (Path(__file__).parents[2] / "docs" / "sources.md").read_text().partition("\n## A type of your own\n")[2]
WRITTEN = 1_772_622_000


def block(name: str) -> str:
    """The block of code that stands below the name of its file."""
    found = re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)```", SECTION, re.DOTALL)
    assert found is not None, name
    return found[1]


@pytest.fixture
def ticker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, installed for this process and for those that it starts; its folder."""
    place = install(
        tmp_path / "site",
        monkeypatch,
        package="uproar_ticker",
        modules={name: block(f"{name}.py") for name in ("uproar_ticker", "test_uproar_ticker")},
        points=points_of(block("pyproject.toml")),
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(place), str(Path.cwd()), os.environ.get("PYTHONPATH", "")]))
    return place


def message(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "text": f"I left Harbour Clinics {number}", "at": WRITTEN + number, "by": "ana"} | changes


MESSAGES = [
    *(message(number) for number in range(1, 151)),
    message(151, text=None),
    {"text": "no id"},
    message(152, at="soon"),
    message(153, text="Nice weather"),
    message(154, at=1_000_000_000),
    message(155),
]


def answer(asked: Asked) -> Reply:
    after = int(asked.query["after"])
    left = [one for one in MESSAGES if one.get("id", 152) > after]
    return Reply(body=json.dumps({"messages": left[:100]}).encode())


def stored() -> int:
    with Session(database.engine()) as session:
        return len(session.exec(select(Post)).all())


def test_the_example_collects_every_message_once_through_failures_and_a_restart(
    home: Path, sqlite_store: Settings, ticker: Path, web: WebServer
) -> None:
    web.says("/messages", Reply(503, headers={"retry-after": "1"}), Reply(body=b'{"messages": [{'), answer)
    (used,) = re.findall(r"```toml\n(\[\[sources\]\].*?)```", SECTION, re.DOTALL)
    used = used.replace("https://ticker.example", web.url).replace("every_seconds = 30", "every_seconds = 1")
    for more, requests in ((f"\n{used}allow_private = true\n", 5), ("", 7)):
        process = begin(home, more)
        try:
            until(lambda: stored() == 151)
            web.wait_for(requests)
            _, log = end(process)
        finally:
            process.kill()
        assert process.returncode == 0, log
    assert {asked.query["after"] for asked in web.asked[4:]} == {"155"}
    with Session(database.engine()) as session:
        (cursor,) = session.exec(select(Cursor))
        assert (cursor.position, cursor.posts, cursor.unrelated, cursor.failures) == ({"last": 155}, 151, 1, 0)
        reasons = sorted(letter.reason for letter in deadletters.newest(session, Wanted(), limit=100))
    assert reasons == ["at is 'soon', not seconds since 1970", "the message has no id", "the message has no text"]
    tried = run("sources", "check", "ticker")
    assert tried.returncode == 0, tried
    assert b"posts: 100, and there is more" in tried.stdout
    again = run("deadletters", "retry", "--all")
    assert b"3 read again: 0 are stored as posts" in again.stdout, again


def test_the_test_of_the_example_passes(ticker: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "test_uproar_ticker.py"],
        cwd=ticker,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"1 passed" in done.stdout, done
