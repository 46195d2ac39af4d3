"""`uproar spikes FILE.csv`: counts in, one JSON line an event out."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uproar.errors import UproarError
from workers.counts import detect, read_counts, spikes
from workers.spikes import Detector

START = datetime(2026, 1, 1, tzinfo=UTC)


def counts(days: int, step: timedelta, *, burst: int = 40) -> list[tuple[datetime, int]]:
    """A calm stream, and half a day before its end a burst of an hour."""
    chance = random.Random(5)
    number = int(timedelta(days=days) / step)
    rows = [(START + index * step, sum(chance.random() < 0.1 for _ in range(5))) for index in range(number)]
    at = number - int(timedelta(hours=12) / step)
    for index in range(at, at + max(1, int(timedelta(hours=1) / step))):
        rows[index] = (rows[index][0], burst)
    return rows


def write(folder: Path, rows: list[tuple[datetime, Any]], *, header: str = "timestamp,value") -> Path:
    path = folder / "counts.csv"
    lines = [f"{moment.strftime('%Y-%m-%dT%H:%M:%SZ')},{value}" for moment, value in rows]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(spikes, [str(path), *arguments])


def events(answer: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.stdout.splitlines()]


@pytest.mark.parametrize("step", [timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1)])
def test_a_burst_is_one_line_when_it_fires_and_one_when_it_is_over(tmp_path: Path, step: timedelta) -> None:
    days = 3 if step == timedelta(minutes=1) else 10
    rows = counts(days, step)
    answer = run(write(tmp_path, rows))
    assert answer.exit_code == 0
    assert answer.stderr == ""
    found = events(answer)
    kinds = [event["type"] for event in found]
    assert [kind for kind in kinds if kind != "escalated"] == ["firing", "resolved"]
    assert (kinds[0], kinds[-1]) == ("firing", "resolved")
    fired = datetime.fromisoformat(found[0]["timestamp"])
    burst = START + timedelta(days=days) - timedelta(hours=12)
    assert burst <= fired <= burst + step


def test_a_line_holds_exactly_what_was_promised(tmp_path: Path) -> None:
    found = events(run(write(tmp_path, counts(5, timedelta(minutes=5)))))
    assert found
    for event in found:
        assert list(event) == ["timestamp", "type", "count", "expected", "window_s", "score", "explanation"]
        assert event["timestamp"].endswith("Z")
        assert isinstance(event["count"], int)
        assert isinstance(event["expected"], float)
        assert isinstance(event["window_s"], int)
        assert isinstance(event["score"], float)
        assert event["type"] in ("firing", "escalated", "resolved")
        assert event["explanation"]


def test_it_is_the_detector_of_the_service(tmp_path: Path) -> None:
    rows = counts(5, timedelta(minutes=5))
    detector = Detector(300, 5)
    expected = [event for moment, count in rows if (event := detector.observe(int(moment.timestamp()), count))]
    assert [event["score"] for event in events(run(write(tmp_path, rows)))] == [event.score for event in expected]


def test_the_length_of_a_bucket_is_the_commonest_step(tmp_path: Path) -> None:
    rows: list[tuple[int, int | None]] = [
        (int((START + index * timedelta(minutes=5)).timestamp()), 0) for index in range(2_000)
    ]
    del rows[1_000:1_300]
    rows[-1] = (rows[-1][0], 50)
    (event,) = detect(rows, min_count=5)
    assert event.window_s == 600


def test_missing_buckets_and_empty_values_were_not_observed_and_are_not_zero(tmp_path: Path) -> None:
    busy: list[tuple[datetime, Any]] = [(START + index * timedelta(minutes=5), 20) for index in range(3_000)]
    missing = busy[:1_500] + busy[2_000:]
    empty = busy[:1_500] + [(moment, "") for moment, _ in busy[1_500:2_000]] + busy[2_000:]
    zero = busy[:1_500] + [(moment, 0) for moment, _ in busy[1_500:2_000]] + busy[2_000:]
    for rows in (missing, empty):
        answer = run(write(tmp_path, rows))
        assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "", "")
    assert run(write(tmp_path, zero)).exit_code == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2026-01-01T02:00:00Z,many", "the value 'many' is no number"),
        ("2026-01-01T02:00:00Z,-1", "the value -1 is no count"),
        ("2026-01-01T02:00:00Z,1.5", "the value 1.5 is no count"),
        ("2026-01-01T02:00:00Z,nan", "the value nan is no count"),
        ("2026-01-01T02:00:00Z,1e300", "the value 1e300 is no count"),
        ("yesterday,3", "the time 'yesterday' is neither"),
        (",3", "the time '' is neither"),
        ("2026-01-01T00:00:00Z,3", "is not later than the row before"),
        ("2025-12-31T00:00:00Z,3", "is not later than the row before"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are(tmp_path: Path, row: str, told: str) -> None:
    path = write(tmp_path, counts(5, timedelta(minutes=5)))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:3], row, *lines[26:]]) + "\n")
    answer = run(path)
    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"{path}: line 4: ")
    assert told in answer.stderr
    assert answer.stderr.rstrip().endswith("the row was left out")
    assert [event["type"] for event in events(answer) if event["type"] != "escalated"] == ["firing", "resolved"]


def test_other_columns_seconds_and_other_zones_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(b"\xef\xbb\xbfnote,timestamp,value\r\nx,1767225600,1\r\ny,2026-01-01T02:01:00+02:00,2.0\r\n")
    assert read_counts(path) == ([(1_767_225_600, 1), (1_767_225_660, 2)], [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "needs the columns timestamp and value"),
        (b"time,count\n1,2\n", "needs the columns timestamp and value; it has ['time', 'count']"),
        (b"timestamp,value\n", "fewer than two rows"),
        (b"timestamp,value\n1767225600,1\n", "fewer than two rows"),
        (b"timestamp,value\n\xff\xfe,1\n", "codec can't decode"),
        (b"timestamp,value\n-62135596800,1\n32503680000,2\n", "longest bucket"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_message(tmp_path: Path, text: bytes, told: str) -> None:
    path = tmp_path / "counts.csv"
    path.write_bytes(text)
    answer = run(path)
    assert isinstance(answer.exception, UproarError)
    assert told in str(answer.exception)


def test_a_file_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    answer = run(tmp_path / "nowhere.csv")
    assert isinstance(answer.exception, UproarError)
    assert "nowhere.csv" in str(answer.exception)


def test_the_least_count_can_be_set(tmp_path: Path) -> None:
    path = write(tmp_path, counts(5, timedelta(minutes=5), burst=6))
    assert events(run(path)) != []
    assert events(run(path, "--min-count", "500")) == []
