"""How far a replay is, while it runs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector import replay
from uproar import jobs
from uproar.jobs import Job
from uproar.settings import Settings


def lines(number: int) -> str:
    posts = ({"id": str(one), "text": "I left", "created_at": "2026-01-05T10:00:00Z"} for one in range(number))
    return "".join(json.dumps(post) + "\n" for post in posts)


@pytest.mark.parametrize("piped", [False, True])
def test_a_replay_tells_how_far_it_is_and_that_it_is_over(
    running_broker: Settings, sqlite_store: Settings, home: Path, monkeypatch: pytest.MonkeyPatch, *, piped: bool
) -> None:
    seen: list[Job] = []
    at = jobs.Progress.at

    def look(self: jobs.Progress, done: int) -> None:
        at(self, done)
        seen.extend(jobs.running(running_broker))

    monkeypatch.setattr(jobs, "TELL_SECONDS", 0.0)
    monkeypatch.setattr(jobs.Progress, "at", look)
    text = lines(2_500)
    (home / "posts.jsonl").write_text(text)
    if piped:
        monkeypatch.setattr(replay, "_size", lambda _stream: 0)
    answer = CliRunner().invoke(replay.replay, [str(home / "posts.jsonl")])
    assert answer.exit_code == 0, answer.output
    assert len(seen) > 1
    assert (seen[-1].unit, seen[-1].total) == (("posts", 0) if piped else ("bytes", len(text)))
    assert [job.done for job in seen] == sorted(job.done for job in seen)
    assert seen[-1].done == (2_500 if piped else len(text))
    assert jobs.running(running_broker) == []
