"""Posts and buckets as files by the API: the same filters as the lists, no author, no formula."""

import csv
import gc
import importlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from dashboards import exports
from tests.dashboards.given import put
from uproar import export_forms
from uproar.export_lines import Column
from uproar.packs import checking
from uproar.span import Span


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/export/{path}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def test_posts_are_exported_with_the_filters_of_the_list(either_client: TestClient) -> None:
    left = put(0, stage="cancelled", concerns=["privacy"])
    french = put(1, lang="fr", source="mastodon")
    for query in (
        "", "?stage=cancelled", "?cancel=false", "?lang=fr&lang=de", "?source=bluesky&source=mastodon",
        "?concern=privacy", "?voice=false", "?from=latest-1m", "?sentiment=negative",
    ):  # fmt: skip
        listed = [str(one["id"]) for one in either_client.get(f"/api/v1/posts{query}").json()["posts"]]
        assert [row["post_id"] for row in rows(either_client, f"posts.csv{query}")] == listed, query
    assert [row["post_id"] for row in rows(either_client, "posts.csv")] == [str(french), str(left)]
    assert either_client.get("/api/v1/export/posts.csv?stage=unknown").status_code == 422


def test_more_posts_than_a_page_come_each_once(either_client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uproar.exports.PAGE", 3)
    ids = [put(number // 2) for number in range(10)]
    either_client.post(f"/api/v1/posts/{ids[4]}/corrections", json={"stage": "cancelled"})
    assert [int(row["post_id"]) for row in rows(either_client, "posts.csv")] == ids[::-1]


def test_a_file_has_a_name_a_type_and_no_author(client: TestClient) -> None:
    put(text="=HYPERLINK(1)", stage="cancelled")
    answer = client.get("/api/v1/export/posts.csv")
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    name = "uproar-meadow-posts-20260301T1200Z-20260301T1201Z.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "'=HYPERLINK(1)" in answer.text
    line = client.get("/api/v1/export/posts.jsonl")
    assert line.headers["content-type"].startswith("application/x-ndjson")
    assert json.loads(line.text)["reaction"]["intent"]["stage"] == "cancelled"
    for text in (answer.text, line.text):
        assert "author" not in text
        assert "0123456789abcdef" not in text


def test_what_a_person_corrected_is_exported_beside_what_the_machine_said(client: TestClient) -> None:
    post_id = put(stage="cancelled")
    client.post(f"/api/v1/posts/{post_id}/corrections", json={"stage": "staying"})
    (row,) = rows(client, "posts.csv")
    assert (row["stage"], row["cancel"], row["machine_stage"], row["corrected"]) == (
        "staying", "false", "cancelled", "true",
    )  # fmt: skip


def test_buckets_are_exported_with_the_filters_of_the_series(either_client: TestClient) -> None:
    put(0, stage="cancelled")
    put(1, lang="fr")
    put(61, source="mastodon")
    assert [row["posts"] for row in rows(either_client, "buckets.csv?exact=true")] == ["1", "1", "1"]
    assert [row["lang"] for row in rows(either_client, "buckets.csv?lang=fr")] == ["fr"]
    assert [row["source"] for row in rows(either_client, "buckets.csv?source=mastodon&source=x")] == ["mastodon"]
    assert len(rows(either_client, "buckets.csv?from=first&to=2026-03-01T13:00Z")) == 2
    lines = either_client.get("/api/v1/export/buckets.jsonl?exact=true").text.splitlines()
    assert sum(json.loads(line)["cancel"] for line in lines) == 1


def test_an_empty_range_is_a_header_and_no_line(client: TestClient) -> None:
    assert rows(client, "posts.csv") == []
    assert client.get("/api/v1/export/buckets.csv").text.startswith("watch,minute,source,lang,posts")
    assert client.get("/api/v1/export/posts.jsonl").text == ""


def test_parquet_can_be_read_back(client: TestClient) -> None:
    parquet = importlib.import_module("pyarrow.parquet")
    put(0, stage="cancelled")
    put(1)
    answer = client.get("/api/v1/export/posts.parquet")
    assert [row["stage"] for row in parquet.read_table(io.BytesIO(answer.content)).to_pylist()] == ["none", "cancelled"]


def test_parquet_without_its_package_is_refused_in_a_sentence(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_forms, "PACKAGE", "no_such_package")
    answer = client.get("/api/v1/export/posts.parquet")
    assert answer.status_code == 501
    assert "uproar[parquet]" in answer.json()["detail"]
    assert client.get("/api/v1/export/posts.xlsx").status_code == 422
    assert client.get("/api/v1/export/posts.csv?watch=nobody").status_code == 404


@pytest.mark.parametrize("path", ["posts.csv", "buckets.jsonl", "evidence.zip"])
def test_so_many_files_are_written_at_once_and_one_that_nobody_reads_on_counts_no_longer(
    client: TestClient, path: str
) -> None:
    put()

    def rows(_session: Session) -> Iterator[dict[str, object]]:
        return iter([{"name": "x"}] * 2_000)

    columns = (Column("name"),)
    going_on = [exports._file("x", "csv", Span(0, 60), rows, columns) for _ in range(exports.AT_ONCE)]
    refused = client.get(f"/api/v1/export/{path}")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    going_on.pop()
    gc.collect()
    for _ in range(3):
        assert client.get(f"/api/v1/export/{path}").status_code == 200


def test_a_pack_that_cannot_be_made_leaves_nothing_behind(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    with monkeypatch.context() as patched:
        patched.setattr("uproar.packs.making.source_states", None)
        with pytest.raises(TypeError):
            client.get("/api/v1/export/evidence.zip")
    gc.collect()  # a file that was not closed would be told of here
    for _ in range(exports.AT_ONCE + 1):
        assert client.get("/api/v1/export/evidence.zip").status_code == 200


def test_an_evidence_pack_is_made_by_the_api_and_can_be_verified(either_client: TestClient, tmp_path: Path) -> None:
    put(0, stage="cancelled")
    put(61)
    answer = either_client.get("/api/v1/export/evidence.zip?from=first&to=2026-03-01T13:00Z")
    assert answer.headers["content-type"] == "application/zip"
    name = "uproar-meadow-evidence-20260301T1200Z-20260301T1300Z.zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    (tmp_path / name).write_bytes(answer.content)
    checked = checking.check(tmp_path / name)
    assert (checked.posts, checked.faults) == (1, [])
    again = either_client.get("/api/v1/export/evidence.zip?from=first&to=2026-03-01T13:00Z")
    assert again.content == answer.content


def test_small_counts_of_buckets_leave_the_house_only_if_asked_for(either_client: TestClient) -> None:
    for _ in range(7):
        put(0, stage="cancelled")
    put(1, stage="cancelled")
    (first, second) = rows(either_client, "buckets.csv")
    assert (first["posts"], first["cancel"], first["stage_cancelled"]) == ("7", "7", "7")
    assert (second["minute"], second["posts"], second["cancel"], second["positive"]) == ("1772366460", "", "", "")
    line = json.loads(either_client.get("/api/v1/export/buckets.jsonl").text.splitlines()[1])
    assert line["posts"] is None
    assert rows(either_client, "buckets.csv?exact=true")[1]["posts"] == "1"
