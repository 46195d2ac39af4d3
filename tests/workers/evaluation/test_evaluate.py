"""The command `uproar evaluate`: its text and its JSON."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import MADE_UP
from tests.workers.evaluation.given import write_rows, yes_no_file
from uproar import evaluations
from uproar.settings import settings
from workers.evaluation.commands import evaluate
from workers.reaction import MODEL_VERSION


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(evaluate, list(arguments), input=stdin, catch_exceptions=False)


def measured(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_yes_no_file_is_measured_with_intervals_and_calibration(tmp_path: Path) -> None:
    found = measured(yes_no_file(tmp_path))
    (file,) = found["files"]
    assert (file["labels"], file["posts"], file["borderline"]) == ("cancel", 10, 1)
    view = file["views"]["cancel"]
    assert [view[key] for key in ("n", "positives", "tp", "fp", "fn", "tn")] == [10, 4, 3, 1, 1, 5]
    values = {name: one["value"] for name, one in view["measures"].items()}
    assert values == pytest.approx(
        {
            "precision": 0.75, "recall": 0.75, "f1": 0.75, "macro_f1": (0.75 + 10 / 12) / 2, "accuracy": 0.8,
            "false_alarm_rate": 1 / 6,
        }
    )  # fmt: skip
    assert all(one["low"] <= one["value"] <= one["high"] for one in view["measures"].values())
    assert [(one["n"], one["mean"], one["right"]["value"]) for one in view["calibration"]["bins"]] == [
        (2, 0.5, 0.5), (2, 0.9, 1.0),
    ]  # fmt: skip
    assert view["calibration"]["error"] == pytest.approx(0.05)
    assert [(one["id"], one["truth"], one["answer"]) for one in view["wrong"]] == [
        ("alarm", "0", "1"),
        ("miss", "1", "0"),
    ]
    assert view["wrong"][0]["evidence"] == [{"start": 0, "end": 5, "text": "stage", "rule": "parrot.considering"}]


def test_a_person_reads_figures_and_the_wrong_ones_with_their_evidence(tmp_path: Path) -> None:
    result = run(yes_no_file(tmp_path))
    assert result.exit_code == 0
    for part in (
        "10 posts, 0/1 labels; 1 borderline left out",
        "4 positive, 6 negative",
        "TP 3",
        "precision           0.750",
        "false-alarm rate    0.167",
        "expected error 0.050",
        "2 wrong:",
        "- line 4, id alarm: is 0, said 1 (score 0.50)",
        "because 'stage' (rule parrot.considering)",
        "seed 1",
    ):
        assert part in result.stdout


def test_a_stage_file_is_measured_by_stage_and_as_yes_or_no(tmp_path: Path) -> None:
    rows = [{"text": f"stage={said}", "label": label} for said, label in (
        ("cancelled", "cancelled"), ("cancelling", "cancelled"), ("staying", "staying"), ("none", "seeking"),
    )]  # fmt: skip
    (file,) = measured(write_rows(tmp_path / "stages.jsonl", rows))["files"]
    stage, cancel = file["views"]["stage"], file["views"]["cancel"]
    assert stage["confusion"]["cancelled"] == {"cancelled": 1, "cancelling": 1, "seeking": 0, "staying": 0, "none": 0}
    assert stage["classes"]["cancelled"]["support"] == 2
    assert stage["classes"]["cancelled"]["f1"]["value"] == pytest.approx(2 / 3)
    assert stage["measures"]["macro_f1"]["value"] == pytest.approx((2 / 3 + 1) / 5)
    assert (cancel["tp"], cancel["fp"], cancel["fn"], cancel["tn"]) == (2, 0, 1, 1)
    assert "what is right (rows), what was said (columns)" in run(str(tmp_path / "stages.jsonl")).stdout


def test_a_sentiment_file_is_measured_by_class(tmp_path: Path) -> None:
    rows = [{"text": "sentiment=positive", "label": "positive"}, {"text": "sentiment=neutral", "label": "negative"}]
    (file,) = measured(write_rows(tmp_path / "tones.jsonl", rows))["files"]
    assert list(file["views"]) == ["sentiment"]
    assert file["views"]["sentiment"]["measures"]["macro_recall"]["value"] == 0.5
    assert file["views"]["sentiment"]["measures"]["macro_f1"]["value"] == pytest.approx(1 / 3)


def test_an_export_of_corrections_is_measured_on_all_that_was_corrected(tmp_path: Path) -> None:
    watch = tmp_path / "harbour.toml"
    watch.write_text(MADE_UP)
    nothing = {"label": None, "sentiment": None, "stance": None, "concerns": None, "voice": None}
    rows: list[dict[str, Any]] = [
        {"text": "stage=staying concern=privacy", **nothing, "label": "staying", "concerns": ["privacy"]},
        {"text": "stance=for concern=privacy", **nothing, "stance": "against", "concerns": ["price"]},
        {"text": "an echo", **nothing, "voice": False},
    ]
    place = write_rows(tmp_path / "corrections.jsonl", rows)
    (file,) = measured(place, "--watch", str(watch))["files"]
    assert (file["unjudged"], list(file["views"])) == (1, ["cancel", "stage", "stance", "concerns"])
    concerns = file["views"]["concerns"]
    assert concerns["measures"]["exact"]["value"] == 0.5
    assert [concerns["classes"]["privacy"][key] for key in ("tp", "fp", "fn", "tn")] == [1, 1, 0, 0]
    assert concerns["wrong"][0]["evidence"][0]["rule"] == "concern.privacy"
    assert "the concerns of 2 not measured: that takes --watch" in run(place).stdout


def test_a_target_counts_where_a_line_names_none(tmp_path: Path) -> None:
    text = "stage=cancelled target=Harbour"
    place = write_rows(tmp_path / "t.jsonl", [{"text": text, "label": 1}, {"text": text, "label": 0, "target": "Elm"}])
    assert measured(place)["files"][0]["views"]["cancel"]["tp"] == 0
    assert measured(place, "--target", "Harbour")["files"][0]["views"]["cancel"]["wrong_total"] == 0


def test_the_wrong_ones_are_drawn_by_the_seed_in_the_order_of_the_file(tmp_path: Path) -> None:
    place = write_rows(tmp_path / "w.jsonl", [{"text": "x", "label": 1, "id": number} for number in range(50)])

    def ids(*options: str) -> list[int]:
        view = measured(place, *options)["files"][0]["views"]["cancel"]
        assert view["wrong_total"] == 50
        return [one["id"] for one in view["wrong"]]

    assert len(ids()) == 20
    assert ids() == sorted(ids()) == ids("--seed", "1") != ids("--seed", "2")
    assert ids("--wrong", "0") == []
    assert ids("--wrong", "99") == list(range(50))
    assert "50 wrong, 20 of them drawn by chance" in run(place).stdout


def test_bad_lines_of_all_files_are_named_and_nothing_is_measured(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text('{"text": "x", "label": 1}\noops\n')
    result = run(yes_no_file(tmp_path), str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), str(tmp_path / "c.jsonl"))
    assert result.exit_code == 1
    assert result.stdout == ""
    for part in ("a.jsonl:2: not JSON", "b.jsonl:2: not JSON", "c.jsonl: No such file", "Nothing was measured"):
        assert part in result.stderr


def test_standard_input_is_read_for_a_hyphen() -> None:
    assert "1 post, 0/1 labels" in run("-", stdin='{"text": "x", "label": 1}').stdout


def test_no_escape_sequence_of_a_post_reaches_the_terminal(tmp_path: Path) -> None:
    place = write_rows(tmp_path / "e.jsonl", [{"text": "\x1b[31m\u202ered", "label": 1, "id": "\x1b[0m"}])
    assert "\x1b" not in run(place).stdout
    assert "\u202e" not in run(place).stdout


def test_ten_thousand_posts_are_measured_in_a_few_seconds(tmp_path: Path) -> None:
    stages = ("cancelled", "considering", "staying", "none", "urging")
    rows = [{"text": f"stage={stages[one % 5]}", "label": stages[one % 4]} for one in range(10_000)]
    place = write_rows(tmp_path / "many.jsonl", rows)
    start = time.process_time()
    assert measured(place, "--wrong", "0")["files"][0]["posts"] == 10_000
    assert time.process_time() - start < 30


def test_the_figures_can_be_kept_for_the_page_and_no_text_is_kept_with_them(home: Path) -> None:
    file = yes_no_file(home)
    assert evaluations.load(settings()) is None
    assert run(file, "--save").exit_code == 0
    kept = evaluations.load(settings())
    assert kept is not None
    (one,) = kept.files
    assert (kept.model_version, one.file, one.posts, one.borderline) == (MODEL_VERSION, "yes_no.jsonl", 10, 1)
    assert one.sha256 == hashlib.sha256(Path(file).read_bytes()).hexdigest()
    assert one.views["cancel"].measures["precision"].value == 0.75
    calibration = one.views["cancel"].calibration
    assert calibration is not None
    assert [inside.n for inside in calibration.bins] == [2, 2]
    assert "considering" not in (settings().data_dir / evaluations.NAME).read_text()


def test_standard_input_has_no_name_to_be_kept_under(home: Path) -> None:
    answer = run("-", "--save", stdin='{"text": "x", "label": 0}\n')
    assert answer.exit_code == 2
    assert evaluations.load(settings()) is None
