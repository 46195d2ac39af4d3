import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from collector.source import RateLimitedError
from collector.sources.x.purse import BudgetStopError
from tests.collector.conftest import NOW, MakeWatch
from tests.collector.x_api import SEARCH, Search
from tests.collector.x_reader import Reader, counts, many
from tests.web_server import Reply, WebServer
from uproar import budget, database
from uproar.budget import Limits, State
from uproar.outgoing import OutgoingError
from uproar.settings import Settings

THOUSAND = {"x_posts_a_month": 1_000}

# Collectors in small, one after the other, each forked off a process that has only imported: the position is in a file;
# at the step that is told one dies as by `kill -9`. How each ended is printed.
CHILD = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from collector.source import RateLimitedError
from collector.sources import build
from collector.sources.x.client import Client
from collector.sources.x.purse import Purse
from uproar.settings import settings
from uproar.watch import SourceSpec, Watch

place, runs = Path(sys.argv[1]), json.loads(sys.argv[2])

def collect(step, pages):
    left = [pages]
    def dying(call, when):
        def wrapped(*arguments, **keys):
            if left[0] == 0 and when.startswith("before"):
                os.kill(os.getpid(), signal.SIGKILL)
            answer = call(*arguments, **keys)
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer
        return wrapped
    if step.endswith("call"):
        Client.search = dying(Client.search, step)
    elif step.endswith("settling"):
        Purse.settle = dying(Purse.settle, step)
    watch = Watch.model_validate(json.loads(sys.argv[3]))
    source = build(SourceSpec.model_validate({"type": "x"}), watch, settings())
    now = datetime.fromisoformat(sys.argv[4])
    while True:
        try:
            page = source.fetch(json.loads(place.read_text()), now=now)
        except RateLimitedError as error:
            print(error)
            break
        if left[0] == 0 and step == "before storing":
            os.kill(os.getpid(), signal.SIGKILL)
        place.write_text(json.dumps(page.position))
        left[0] -= 1
        if not page.more:
            break

for step, pages in runs:
    child = os.fork()
    if not child:
        collect(step, pages)
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def state(settings: Settings, *, now: datetime = NOW) -> State:
    with database.reading() as session:
        return budget.state(session, budget.X, now=now, limits=budget.x_limits(settings))


def read_until_stopped(reader: Reader) -> tuple[list[Any], BudgetStopError]:
    pages = []
    while True:
        try:
            pages.append(reader.read())
        except BudgetStopError as error:
            return pages, error
        assert pages[-1].more


def test_a_thousand_posts_are_bought_and_not_one_more(web: WebServer, make_watch: MakeWatch, store: Settings) -> None:
    reader = Reader(web, make_watch, many(1_500), settings={"x_posts_a_month": 1_015}, max_results=100)
    pages, error = read_until_stopped(reader)
    assert len(reader.api.handed) == 1_015
    assert reader.api.queries[-1]["max_results"] == "15"
    assert sum(counts(pages).values()) == 1_015
    assert "the budget of x is spent: 1,015 of 1,015 posts of this month" in str(error)
    assert error.retry_after == (datetime(2026, 4, 1, tzinfo=NOW.tzinfo) - NOW).total_seconds()
    asked = len(web.asked)
    reader.start()
    with pytest.raises(RateLimitedError, match="spent"):
        reader.read()
    assert len(web.asked) == asked


def test_a_chain_that_the_budget_stopped_goes_on_when_it_is_renewed(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    clock = [NOW]
    reader = Reader(web, make_watch, many(350), settings={"x_posts_a_day": 200}, clock=lambda: clock[0])
    pages, error = read_until_stopped(reader)
    assert error.retry_after == 12 * 3_600
    clock[0] = NOW + timedelta(hours=12)
    pages += reader.read_all(clock[0])
    assert counts(pages) == dict.fromkeys((one["id"] for one in reader.api.posts), 1)


@pytest.mark.parametrize("step", ["before call", "after call", "after settling", "before storing"])
def test_a_budget_holds_through_kill_9(
    web: WebServer, make_watch: MakeWatch, store: Settings, tmp_path: Path, step: str
) -> None:
    api = Search(many(1_500), clock=lambda: NOW)
    web.says(SEARCH, api)
    place = tmp_path / "position.json"
    place.write_text("{}")
    watch = make_watch().model_dump_json()
    known = {"UPROAR_X_URL": web.url, "UPROAR_X_BEARER_TOKEN": "made-up", "UPROAR_X_POSTS_A_MONTH": "1000"}

    runs = json.dumps([(step, 2), (step, 1), ("never", 0)])
    command = [sys.executable, "-c", CHILD, str(place), runs, watch, NOW.isoformat()]
    done = subprocess.run(command, env=os.environ | known, capture_output=True, text=True, check=True, timeout=60)
    first, second, *said, last = done.stdout.splitlines()
    assert (int(first), int(second)) == (-signal.SIGKILL, -signal.SIGKILL), done.stderr
    assert int(last) == 0, done.stderr
    assert "is spent: 1,000 of 1,000" in "".join(said)
    assert len(api.handed) <= 1_000
    assert len(api.handed) == (800 if step == "before call" else 1_000)
    assert "newest" in json.loads(place.read_text())


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
def test_a_refused_call_costs_nothing(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, status: int
) -> None:
    reader = Reader(web, make_watch, many(5))
    web.says(SEARCH, Reply(status))
    with pytest.raises(Exception, match=f"HTTP {status}"):
        reader.read()
    assert (state(sqlite_store).day.used, state(sqlite_store).day.requests) == (0, 1)


def test_a_server_that_cannot_be_reached_costs_nothing(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings
) -> None:
    reader = Reader(web, make_watch, [], settings={"x_url": "http://127.0.0.1:1"})
    with pytest.raises(OutgoingError, match="cannot be reached"):
        reader.read()
    assert state(sqlite_store).day.used == 0


@pytest.mark.parametrize("reply", [Reply(raw=list), Reply(body=b'{"data": [{"id"'), Reply(body=b"{}")])
def test_an_answer_that_breaks_off_counts_as_paid_and_the_next_call_is_small(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, reply: Reply
) -> None:
    reader = Reader(web, make_watch, many(150))
    web.says(SEARCH, reply)
    for used in (100, 110, 120):
        with pytest.raises(OutgoingError):
            reader.read()
        assert state(sqlite_store).day.used == used
    web.says(SEARCH, reader.api)
    assert sum(counts(reader.read_all()).values()) == 150
    assert [query["max_results"] for query in reader.api.queries] == ["10", "100", "100"]


def test_nothing_is_bought_without_a_ledger(web: WebServer, make_watch: MakeWatch, sqlite_store: Settings) -> None:
    reader = Reader(web, make_watch, many(5))
    (sqlite_store.data_dir / "uproar.db").unlink()
    with pytest.raises(OutgoingError, match="ledger does not answer: OperationalError"):
        reader.read()
    assert web.asked == []


def test_the_warning_and_the_stop_are_in_the_log_once(
    web: WebServer, make_watch: MakeWatch, sqlite_store: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = Reader(web, make_watch, many(1_500), settings=THOUSAND)
    read_until_stopped(reader)
    log = capsys.readouterr().out
    assert log.count("budget_warning") == 1
    assert log.count("budget_spent") == 1


def test_a_budget_of_nothing_asks_nothing(web: WebServer, make_watch: MakeWatch, sqlite_store: Settings) -> None:
    reader = Reader(web, make_watch, many(5), settings={"x_posts_a_month": 0})
    with pytest.raises(BudgetStopError, match="0 of 0"):
        reader.read()
    assert web.asked == []
    assert state(Settings(x_posts_a_month=0)).level == "spent"
    assert Limits(day=0, month=0).least == 1
