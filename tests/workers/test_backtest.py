"""`uproar backtest`: what each sensitivity would have told of a history."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.workers.bursts import DAY, START, steady, with_burst
from uproar import database
from uproar.errors import UproarError
from uproar.models import Bucket
from uproar.settings import Settings
from workers.backtest import backtest
from workers.sensitivities import replay

AT = 5 * DAY // 300
BURST = START + AT * 300


def written(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


@pytest.fixture
def history(tmp_path: Path) -> Path:
    counts = with_burst(steady(1, days=7, bucket_s=300, an_hour=12.0), at=AT, length=8, size=25)
    rows = [f"{written(START + number * 300)},{count}" for number, count in enumerate(counts)]
    path = tmp_path / "history.csv"
    path.write_text("\n".join(["timestamp,value", *rows]) + "\n")
    return path


def run(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(backtest, [str(one) for one in arguments])


def results(answer: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(answer.stdout)["results"]
    return found


def test_every_sensitivity_says_what_it_promised_and_what_it_told(history: Path) -> None:
    answer = run(history, "--json")
    assert answer.exit_code == 0
    found = results(answer)
    assert [one["sensitivity"] for one in found] == ["sensitive", "balanced", "strict"]
    assert [one["promised"] for one in found] == sorted((one["promised"] for one in found), reverse=True)
    assert [one["days"] for one in found] == [7.0] * 3
    for one in found:
        assert one["alerts_a_day"] == pytest.approx(len(one["alerts"]) / 7)
        assert one["found"] is one["missed"] is one["false_a_day"] is one["delay_minutes"] is None


def test_against_what_is_known_it_counts_found_missed_false_and_delay(history: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text(f"# what happened\n{written(BURST)}\n\n{written(BURST + DAY)}\n")
    for one in results(run(history, "--known", known, "--json")):
        assert one["found"] == 1
        assert one["missed"] == [written(BURST + DAY).replace("+00:00", "Z")]
        assert one["false_a_day"] == pytest.approx((len(one["alerts"]) - 1) / 7)
        assert 5 <= one["delay_minutes"] <= 15


def test_an_alert_before_it_happened_is_false_and_finds_nothing() -> None:
    counts = with_burst(steady(1, days=7, bucket_s=300, an_hour=12.0), at=AT, length=8, size=25)
    rows = [(START + number * 300, count) for number, count in enumerate(counts)]
    for one in replay(rows, bucket_s=300, known=[BURST + 6 * 3_600]):
        assert one.found == 0
        assert one.false_a_day == len(one.alerts) / 7 > 0


def test_the_table_shows_each_alert_with_its_reason(history: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text(f"{written(BURST)}\n{written(BURST + DAY)}\n")
    text = run(history, "--known", known).stdout
    assert "7.0 days observed" in text
    assert "promised a day" in text
    assert f"{written(BURST).replace('+00:00', 'Z')}  " in text
    assert "in 10 min, expected" in text
    assert f"{written(BURST + DAY).replace('+00:00', 'Z')}  missed" in text


def test_missing_buckets_are_no_days() -> None:
    rows = [(START + number * 300, None if number % 2 else 1) for number in range(2 * 288)]
    assert [one.days for one in replay(rows, bucket_s=300)] == [1.0] * 3


@pytest.mark.parametrize("text", [b"yesterday\n", b"\xff\xfe"])
def test_moments_that_cannot_be_read_are_one_message(history: Path, tmp_path: Path, text: bytes) -> None:
    known = tmp_path / "known.txt"
    known.write_bytes(text)
    answer = run(history, "--known", known)
    assert isinstance(answer.exception, UproarError)
    assert "known.txt" in str(answer.exception)


@pytest.mark.parametrize(
    "option", ["--within=nan", "--within=inf", "--within=1e300", "--within=-1", "--within=0", "--min-count=0"]
)
def test_an_option_that_makes_no_sense_is_refused(history: Path, option: str) -> None:
    answer = run(history, option)
    assert (answer.exit_code, option.partition("=")[0] in answer.output) == (2, True)


def test_rows_that_cannot_be_used_are_named(history: Path) -> None:
    history.write_text(history.read_text() + "never,1\n")
    answer = run(history)
    assert answer.exit_code == 1
    assert "the row was left out" in answer.stderr


def test_it_says_which_sensitivity_fits_or_how_to_learn_that(history: Path, tmp_path: Path) -> None:
    assert "with --known FILE" in run(history).stdout
    known = tmp_path / "known.txt"
    known.write_text(f"{written(BURST)}\n")
    assert (
        'sensitivity = "sensitive" is the most sensitive' in run(history, "--known", known, "--most-false", 50).stdout
    )
    assert json.loads(run(history, "--known", known, "--most-false", 50, "--json").stdout)["fits"] == "sensitive"
    known.write_text(f"{written(BURST + DAY)}\n")
    assert "None keeps to at most 0 false alarms a week" in run(history, "--known", known, "--most-false", 0).stdout


def test_of_a_watch_of_which_too_little_is_stored_it_says_how_much(sqlite_store: Settings) -> None:
    assert str(run("--watch", "harbour").exception) == "Nothing is stored of harbour yet."
    with database.writing() as session:
        session.add(Bucket(watch="harbour", minute=START, source="a", lang="en", posts=3))
    assert "Less than an hour of harbour was observed (0 min)" in str(run("--watch", "harbour").exception)
    assert "cancel-share compares no number" in str(run("--watch", "harbour", "--signal", "cancel-share").exception)
