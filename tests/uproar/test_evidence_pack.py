"""An evidence pack: another person can recompute every number, and a tampered one is found out."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.dashboards.given import put
from tests.spikes import a_spike
from uproar import corrections, database, deliveries
from uproar.__main__ import cli
from uproar.commands.verify import verify
from uproar.corrections import Given
from uproar.deliveries import Message
from uproar.models import Gap, Post
from uproar.packs import FILES
from uproar.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RANGE = "2026-03-01T12:00Z..2026-03-01T13:00Z"
ENDPOINT = '[[alerts.endpoints]]\nname = "ops"\nurl = "https://me:pass@hooks.example/T0KEN"\n'
EVIDENCE = [{"start": 2, "end": 6, "text": "left", "rule": "en.left"}]


def fill(home: Path) -> int:
    """Posts of several kinds, a correction, a gap, an alert with a message; the post that was corrected."""
    path = home / "watches" / "harbour.toml"
    path.write_text(path.read_text() + ENDPOINT)
    mine: dict[str, Any] = {"watch": "harbour"}
    left = put(0, stage="cancelled", concerns=["privacy"], evidence=EVIDENCE, text="I left them", **mine)
    put(1, stage="considering", sentiment="negative", stance="against", **mine)
    put(1, stage="cancelled", voice=False, concerns=["privacy"], **mine)
    put(2, stage="staying", sentiment="positive", lang="fr", source="press", stance="for", **mine)
    corrected = put(59, stage="cancelling", concerns=["privacy"], **mine)
    put(60, stage="cancelled", **mine)  # after the range
    put(3, stage="cancelled", watch="other")
    with database.writing() as session:
        session.get_one(Post, left).platform = "feed"
        corrections.correct(session, corrected, Given(stage="none", concerns=[]), note="irony", by="Mo", now=NOON)
        gap: dict[str, Any] = {"started_at": NOON - timedelta(hours=1), "ended_at": NOON + timedelta(minutes=5)}
        session.add(Gap(watch="harbour", source="bluesky", reason="HTTP 503", **gap))
        quoted = [{"id": left, "url": None, "text": "I left them"}, {"id": corrected, "url": None, "text": "so funny"}]
        spike = a_spike(started_at=NOON, details={"voices": 3, "posts": quoted})
        session.add(spike)
        session.flush()
        deliveries.enqueue(session, spike, [Message("msg_1", "ops", "firing", '{"body": 1}')], now=NOON)
    return corrected


def pack(home: Path, name: str = "pack.zip") -> Path:
    answer = CliRunner().invoke(
        cli, ["export", "--range", RANGE, "--evidence", str(home / name)], catch_exceptions=False
    )
    assert answer.exit_code == 0, answer.output
    return home / name


def verified(path: Path) -> Result:
    return CliRunner().invoke(verify, [str(path)])


def read(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name).decode()


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read(path, name).splitlines()]


def changed(path: Path, name: str, change: Callable[[str], str], *, hashed: bool) -> Path:
    """A copy of a pack with one file changed, and its checksum made anew or not."""
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    before = hashlib.sha256(files[name]).hexdigest()
    files[name] = change(files[name].decode()).encode()
    if hashed:
        after = hashlib.sha256(files[name]).hexdigest()
        files["MANIFEST"] = files["MANIFEST"].replace(before.encode(), after.encode())
    with zipfile.ZipFile(path.with_name("changed.zip"), "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data)
    return path.with_name("changed.zip")


def test_another_person_recomputes_every_total_with_nothing_of_ours(store: Settings, home: Path) -> None:
    fill(home)
    path = pack(home)
    said, posts = json.loads(read(path, "counts.json")), lines(path, "posts.jsonl")
    leaving = ("cancelled", "cancelling", "conditional", "considering", "seeking")
    voices = [post for post in posts if post["voice"]]
    cancel = [post for post in voices if post["stage"] in leaving]
    assert (said["posts"], said["voices"], said["cancel"]) == (len(posts), len(voices), len(cancel)) == (5, 4, 2)
    assert said["cancel_share"]["share"] == len(cancel) / len(voices)
    for sentiment in ("negative", "neutral", "positive"):
        assert said[sentiment] == sum(post["sentiment"] == sentiment for post in posts)
    for stage, number in said["by_stage"].items():
        assert number == sum(post["stage"] == stage for post in voices), stage
    assert said["by_source"]["press"]["posts"] == sum(post["source"] == "press" for post in posts) == 1
    assert said["concerns"]["privacy"]["posts"] == sum("privacy" in post["concerns"] for post in posts) == 2
    buckets = list(csv.DictReader(io.StringIO(read(path, "buckets.csv"))))
    assert sum(int(row["cancel"]) for row in buckets) == len(cancel)
    for line in read(path, "MANIFEST").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(read(path, name).encode()).hexdigest() == digest


def test_a_pack_is_verified_by_the_code_that_counts(store: Settings, home: Path) -> None:
    fill(home)
    answer = verified(pack(home))
    assert answer.exit_code == 0, answer.output
    assert "5 posts counted; every number follows from them" in answer.output


def test_the_same_data_give_the_same_bytes(store: Settings, home: Path) -> None:
    fill(home)
    first = pack(home, "a.zip").read_bytes()
    assert pack(home, "b.zip").read_bytes() == first
    put(4, watch="harbour")
    assert pack(home, "c.zip").read_bytes() != first


def test_a_pack_tells_the_query_the_versions_the_gaps_the_corrections_and_the_alerts(
    store: Settings, home: Path
) -> None:
    corrected = fill(home)
    path = pack(home)
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [*FILES, "MANIFEST"]
    assert json.loads(read(path, "query.json")) == {
        "watch": "harbour", "from": "2026-03-01T12:00:00Z", "to": "2026-03-01T13:00:00Z",
    }  # fmt: skip
    versions = json.loads(read(path, "versions.json"))
    assert (versions["rules"], versions["schema"]) == ({"test": 5}, database.versions()[1])
    assert lines(path, "gaps.jsonl") == [
        {
            "source": "bluesky", "started_at": "2026-03-01T11:00:00Z", "ended_at": "2026-03-01T12:05:00Z",
            "reason": "HTTP 503",
        }
    ]  # fmt: skip
    (correction,) = lines(path, "corrections.jsonl")
    assert (correction["post_id"], correction["stage"], correction["concerns"]) == (corrected, "none", [])
    assert correction["sampled"] is False
    (alert,) = lines(path, "alerts.jsonl")
    assert (alert["signal"], alert["details"]["voices"], alert["deliveries"][0]["state"]) == ("cancel", 3, "pending")
    newest = lines(path, "posts.jsonl")[0]
    assert (newest["post_id"], newest["stage"], newest["machine"]["stage"]) == (corrected, "none", "cancelling")
    assert newest["corrected"]


def test_no_author_no_secret_and_no_text_that_may_not_be_handed_on_leaves(store: Settings, home: Path) -> None:
    fill(home)
    path = pack(home)
    posts = lines(path, "posts.jsonl")
    assert [post["text"] for post in posts] == [None, None, None, None, "I left them"]
    assert posts[-1]["evidence"] == EVIDENCE
    shown = lines(path, "alerts.jsonl")[0]["details"]["posts"]
    assert [one.get("text") for one in shown] == ["I left them", None]
    whole = "".join(read(path, name) for name in FILES)
    for secret in ("0123456789abcdef", "author_hash", "T0KEN", "me:pass", '{"body": 1}', "so funny"):
        assert secret not in whole
    assert '"host": "hooks.example"' in read(path, "watch.json")


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("counts.json", ('"cancel": 2', '"cancel": 3'), "counts.json: cancel is 3, the posts give 2"),
        ("counts.json", ('"urging": 0', '"urging": 9'), "counts.json: by_stage.urging is 9, the posts give 0"),
        ("posts.jsonl", ('"considering"', '"none"'), "counts.json: by_stage.considering is 1, the posts give 0"),
        ("buckets.csv", ("press,fr,1", "press,fr,7"), "posts of 2026-03-01T12:02Z press fr is 7, the posts give 1"),
        ("concerns.csv", ("privacy,1,1", "privacy,1,0"), "cancel of 2026-03-01T12:00Z bluesky en privacy is 0"),
        ("query.json", ("13:00", "12:30"), "posts.jsonl:1: the query does not ask for this post"),
    ],
)
def test_a_number_that_was_changed_is_named_though_its_checksum_was_made_anew(
    sqlite_store: Settings, home: Path, name: str, change: tuple[str, str], told: str
) -> None:
    fill(home)
    path = pack(home)
    assert change[0] in read(path, name)
    answer = verified(changed(path, name, lambda text: text.replace(*change, 1), hashed=True))
    assert answer.exit_code == 1
    assert told in answer.output
    assert "SHA-256" not in answer.output


def test_a_file_that_was_changed_is_named_though_no_number_is_wrong(sqlite_store: Settings, home: Path) -> None:
    fill(home)
    path = changed(pack(home), "gaps.jsonl", lambda _: "", hashed=False)
    answer = verified(path)
    assert answer.exit_code == 1
    assert "gaps.jsonl was changed" in answer.output
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("more.txt", "x")
    assert "more.txt is no part of a pack" in verified(path).output


def test_an_empty_range_is_a_pack_of_zeros(sqlite_store: Settings, home: Path) -> None:
    path = pack(home)
    assert json.loads(read(path, "counts.json"))["posts"] == 0
    assert json.loads(read(path, "counts.json"))["cancel_share"] is None
    assert verified(path).exit_code == 0


def test_buckets_that_are_wrong_are_told_when_the_pack_is_made(sqlite_store: Settings, home: Path) -> None:
    fill(home)
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE buckets SET cancel = cancel + 1 WHERE source = 'press'")
    place = str(home / "wrong.zip")
    answer = CliRunner().invoke(cli, ["export", "--range", RANGE, "--evidence", place])
    assert answer.exit_code == 1
    assert "uproar recount" in answer.output


@pytest.mark.parametrize("arguments", [["--range", RANGE], ["--evidence", "x.zip", "posts"]])
def test_options_that_make_no_sense_together_are_refused(sqlite_store: Settings, arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, ["export", *arguments]).exit_code == 2
