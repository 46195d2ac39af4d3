from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboards.app import make_app
from dashboards.grafana import sql
from dashboards.grafana.__main__ import WATCHES
from tests.dashboards.given import put
from tests.grafana.asking import Rows, annotations, ask, panels, questions
from uproar import corrections, database
from uproar.buckets import STAGES
from uproar.corrections import Given
from uproar.models import Gap, Spike
from uproar.span import Span
from uproar.watch import load_watches

START = datetime(2026, 3, 1, 11, 47, tzinfo=UTC)
SOURCES = ("bluesky", "mastodon", "press")
LANGS = ("en", "fr", "und")
EVERYTHING = {"watch": ["harbour"], "source": list(SOURCES), "lang": list(LANGS)}
RANGES = {  # so long that each step of the roll-ups has its turn; none begins or ends with a whole one
    "hours": (Span(1_772_362_380, 1_772_390_040), 60),
    "two days": (Span(1_772_362_380, 1_772_535_180), 300),
    "ten days": (Span(1_772_362_380, 1_773_226_440), 1_800),
    "a month": (Span(1_772_362_380, 1_774_954_440), 7_200),
    "a season": (Span(1_772_362_380, 1_779_274_500), 86_400),
}


@pytest.fixture
def client(owner: str) -> Iterator[TestClient]:
    with TestClient(make_app(), base_url="http://localhost") as asks:
        yield asks


@pytest.fixture
def filled(owner: str) -> None:
    """Posts of all kinds, ever further apart; some of another watch, which must not be counted."""
    for number in range(70):
        put(
            number * number * 20, start=START, watch="harbour", source=SOURCES[number % 3], lang=LANGS[number % 7 % 3],
            sentiment=("negative", "neutral", "positive")[number % 5 % 3], stage=STAGES[number % len(STAGES)],
            stance=("none", "against", "for")[number % 4 % 3], voice=number % 6 != 0,
            concerns=["privacy"] if number % 2 else [], text=f"Post {number}", url=f"https://social.example/{number}",
        )  # fmt: skip
    put(1, start=START, watch="other", stage="cancelled")


def api(client: TestClient, path: str, span: Span, **query: Any) -> Any:
    asked = {"watch": "harbour", "from": span.start, "to": span.end, **query}
    answer = client.get(f"/api/v1/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def panel(title: str) -> str:
    found: str = panels("reaction.json")[title]["targets"][0]["rawSql"]
    return found


def columns(rows: Rows) -> dict[str, dict[int, Any]]:
    return {
        name: {int(row["time"].timestamp()): row[name] for row in rows}
        for name in (rows[0] if rows else ())
        if name != "time"
    }


def lines(rows: Rows) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row["metric"], {})[int(row["time"].timestamp())] = row["value"]
    return found


def by_step(series: Any, column: list[Any], step: int) -> dict[int, Any]:
    """A column of the API, added up over the steps of Grafana's."""
    found: dict[int, Any] = {}
    for at, value in zip(series["t"], column, strict=True):
        found[at // step * step] = found.get(at // step * step, 0) + value
    return found


@pytest.mark.parametrize(("span", "step"), RANGES.values(), ids=RANGES)
@pytest.mark.parametrize("chosen", [{}, {"source": ["press", "bluesky"]}, {"lang": ["fr"], "source": ["mastodon"]}])
def test_every_chart_equals_the_api(
    filled: None, client: TestClient, reader: str, *, span: Span, step: int, chosen: dict[str, list[str]]
) -> None:
    points = next(
        points for points in range(2_000, 0, -1) if (span.end - span.start) / points >= step / 2 or points < 60
    )
    series = api(client, "series", span, points=points, **chosen)
    assert step % series["step"] == 0

    def asked(title: str) -> Rows:
        return ask(reader, panel(title), span, **{**EVERYTHING, **chosen})

    def of_api(found: dict[str, list[int]]) -> dict[str, dict[int, int]]:
        return {name: by_step(series, column, step) for name, column in found.items()}

    def some(found: dict[str, dict[int, Any]]) -> dict[str, dict[int, Any]]:
        return {name: values for name, values in found.items() if any(values.values())}

    sentiments = {name: series[name] for name in ("negative", "neutral", "positive")}
    assert columns(asked("Posts by sentiment")) == of_api(sentiments)
    assert some(columns(asked("Cancel voices by stage"))) == of_api(series["stages"])
    assert columns(asked("Stance")) == of_api(series["stances"])
    assert lines(asked("Sources")) == of_api(series["sources"])
    assert lines(asked("Languages")) == of_api(series["langs"])
    assert lines(asked("Concerns of those who cancel")) == of_api(series["concerns"])
    kinds = columns(asked("Voices and echoes"))
    assert kinds["voices"] == by_step(series, series["voices"], step)
    total = {at: voices + kinds["echoes"][at] for at, voices in kinds["voices"].items()}
    assert total == by_step(series, series["posts"], step)


@pytest.mark.parametrize(("span", "step"), RANGES.values(), ids=RANGES)
def test_totals_and_the_interval_equal_the_api(
    filled: None, client: TestClient, reader: str, span: Span, step: int
) -> None:
    totals = api(client, "series", span, points=100)["totals"]
    (row,) = ask(reader, panel("Cancel share"), span, **EVERYTHING)
    assert totals["posts"] >= 5
    assert {name: row[name] for name in ("posts", "voices", "cancel")} == {
        name: totals[name] for name in ("posts", "voices", "cancel")
    }
    assert row["echoes"] == totals["posts"] - totals["voices"]
    assert row["negative_share"] == pytest.approx(totals["negative_share"]["share"])
    for name in ("share", "low", "high"):
        assert row[name] == pytest.approx(totals["cancel_share"][name])
    concerns = ask(reader, panel("Concerns"), span, **EVERYTHING)
    assert {one["concern"]: {"posts": one["posts"], "cancel": one["cancel"]} for one in concerns} == totals["concerns"]


def test_the_share_over_time_equals_the_api(filled: None, client: TestClient, reader: str) -> None:
    span = RANGES["hours"][0]
    series = api(client, "series", span, points=1_000)
    found = columns(ask(reader, panel("Cancel share over time"), span, **EVERYTHING))
    assert series["step"] == 60
    for name in ("share", "low", "high"):
        wanted = dict(zip(series["t"], series["cancel_share"][name], strict=True))
        assert {at: None if one is None else round(one, 4) for at, one in found[name].items()} == wanted


def test_posts_equal_the_api_with_a_person_s_word_before_the_machine_s(
    filled: None, client: TestClient, reader: str
) -> None:
    span = RANGES["two days"][0]
    ids = [post["id"] for post in api(client, "posts", span, limit=100)["posts"]]
    with database.writing() as session:
        corrections.correct(session, ids[0], Given(stage="staying"), note=None, by=None, now=START)
    wanted = api(client, "posts", span, limit=100)["posts"]
    found = ask(reader, panel("Newest posts"), span, **EVERYTHING)
    assert [row["text"] for row in found] == [post["text"] for post in wanted]
    assert [row["link"] for row in found] == [post["url"] for post in wanted]
    assert found[0]["stage"] == "staying"


def test_a_link_that_is_none_is_not_shown(owner: str, reader: str) -> None:
    put(1, start=START, watch="harbour", url="javascript:alert(1)")
    (row,) = ask(reader, panel("Newest posts"), RANGES["hours"][0], **EVERYTHING)
    assert row["link"] is None


def test_spikes_and_gaps_equal_the_api_and_hold_no_markup(owner: str, client: TestClient, reader: str) -> None:
    span = RANGES["hours"][0]
    early, late = START + timedelta(minutes=5), START + timedelta(minutes=9)
    for at in (START, START - timedelta(days=3)):
        spike = Spike(
            watch="harbour", signal="cancel", state="resolved", started_at=at, changed_at=at, resolved_at=at,
            count=9, expected=1.0, window_s=300, score=8.0, explanation="9 <b>&</b> 1", notified=True,
        )  # fmt: skip
        with database.writing() as session:
            session.add(spike)
    with database.writing() as session:
        session.add(Gap(watch="harbour", source="press", started_at=early, ended_at=late, reason="503"))
        session.add(Gap(watch="harbour", source="old", started_at=early, ended_at=late, filled_at=late, reason="503"))
    wanted = api(client, "annotations", span)
    texts = annotations("reaction.json")
    found = [row for name in ("Spikes", "Gaps") for row in ask(reader, texts[name], span, **EVERYTHING)]
    times = [(row["time"].timestamp() * 1000, row["timeend"].timestamp() * 1000) for row in found]
    assert times == [(one["time"], one["timeEnd"]) for one in wanted]
    assert [row["tags"].split(",")[0] for row in found] == ["spike", "gap"]
    assert found[0]["text"] == "cancel: 9 &lt;b&gt;&amp;&lt;/b&gt; 1"


def test_the_timeline_holds_every_event_of_the_watches(owner: str, reader: str) -> None:
    watches = load_watches(WATCHES)
    question = annotations("reaction.json")["Timeline"]
    for watch in watches:
        found = ask(reader, question, Span(0, 4_000_000_000), watch=[watch.name])
        assert [row["time"] for row in found] == sorted(one.at for one in watch.timeline)


def test_an_event_s_text_stays_text(reader: str, owner: str) -> None:
    text = "It's $3.9 billion, ${watch}, $__timeFrom(), [[watch]], 100% \\ -- ; <i>"
    (row,) = ask(reader, f"SELECT {sql.literal(text)} AS text", Span(0, 60), watch=["x"])
    assert row["text"] == text
    assert "$" not in sql.literal(text)
    assert "[[" not in sql.literal(text)


def test_variables_offer_what_is_there(filled: None, reader: str) -> None:
    texts = dict(questions())
    found = {
        name: [row[name] for row in ask(reader, texts[f"variable {name}"], Span(0, 60), watch=["harbour"])]
        for name in ("watch", "source", "lang")
    }
    assert found == {"watch": ["harbour", "other"], "source": list(SOURCES), "lang": list(LANGS)}
