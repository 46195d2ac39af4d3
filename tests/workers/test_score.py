"""The command `uproar score`."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uproar.lines import MAX_LINE
from workers.reaction import MODEL_VERSION, Scorer
from workers.score import score, score_stream

PROGRAM = [sys.executable, "-c", "from workers.score import score; score()", "--jsonl"]
GOOD = b'{"id": "a", "text": "I am cancelling my plan"}\n'


def run(lines: bytes, *options: str) -> tuple[Result, list[dict[str, Any]]]:
    result = CliRunner().invoke(score, ["--jsonl", *options], input=lines)
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_a_post_becomes_a_reaction_with_every_agreed_key() -> None:
    result, (answer,) = run(GOOD)
    assert result.exit_code == 0
    (evidence,) = answer["intent"]["evidence"]
    assert "I am cancelling my plan"[: evidence["end"]] == evidence["text"] != ""
    assert answer == {
        "id": "a",
        "lang": "en",
        "sentiment": {"label": answer["sentiment"]["label"], "compound": answer["sentiment"]["compound"]},
        "intent": {
            "cancel": True,
            "stage": "cancelling",
            "score": answer["intent"]["score"],
            "evidence": [{"start": 0, "end": evidence["end"], "text": evidence["text"], "rule": evidence["rule"]}],
        },
        "stance": "none",
        "concerns": [],
        "speaker": "member",
        "voice": True,
        "evidence": [evidence, {**evidence, "rule": "speaker.member"}],
        "model_version": MODEL_VERSION,
    }


def test_answers_come_in_the_order_of_the_lines_with_their_ids() -> None:
    lines = b"".join(b'{"text": "x", "id": %d}\n' % number for number in range(50))
    assert [answer["id"] for answer in run(lines)[1]] == list(range(50))


@pytest.mark.parametrize(
    ("line", "post_id", "reason"),
    [
        (b"nonsense", None, "not JSON"),
        (b"[1]", None, "not a JSON object"),
        (b'{"id": "a"}', "a", "no `text`"),
        (b'{"id": 7, "text": 1}', 7, "`text` must be a string"),
        (b'{"id": "a", "text": null}', "a", "`text` must be a string"),
        (b'{"id": "a", "text": "\\ud800"}', "a", "surrogate"),
        (b'{"id": "a", "text": "x", "parent": "\\udfff"}', "a", "surrogate"),
        (b'{"id": "a", "text": "x", "lang": 1}', "a", "`lang` must be a string"),
        (b'{"id": [1], "text": "x"}', None, "`id` must be"),
        (b'{"id": "a", "text": "\xff"}', None, "not UTF-8"),
        (b'{"id": NaN, "text": "x"}', None, "NaN"),
        (b'{"id": 1' + b"0" * 5_000 + b', "text": "x"}', None, "JSON"),
        (b"[" * 100_000, None, "JSON"),
        (b"", None, "not JSON"),
        (b'{"text": "' + b"a" * MAX_LINE + b'"}', None, "the limit is"),
    ],
)
def test_a_bad_line_costs_that_line_only(line: bytes, post_id: str | int | None, reason: str) -> None:
    result, (bad, good) = run(line + b"\n" + GOOD)
    assert bad.keys() == {"id", "error"}
    assert bad["id"] == post_id
    assert reason in bad["error"]
    assert reason in result.stderr
    assert good["id"] == "a"
    assert result.exit_code == 1


def test_an_empty_line_is_passed_over_only_at_the_end() -> None:
    assert len(run(GOOD + b"\n")[1]) == 1
    assert ["error" in answer for answer in run(GOOD + b"\n" + GOOD)[1]] == [False, True, False]
    assert run(b"")[1] == []


def test_the_last_line_needs_no_end_and_the_first_may_have_a_byte_order_mark() -> None:
    assert run(b"\xef\xbb\xbf" + GOOD.rstrip())[0].exit_code == 0


def test_a_line_of_exactly_the_limit_is_read() -> None:
    frame = b'{"text": ""}'
    line = frame[:-2] + b"a" * (MAX_LINE - len(frame)) + frame[-2:]
    assert run(line + b"\n")[0].exit_code == 0
    assert run(line)[0].exit_code == 0


def test_every_answer_is_flushed_before_the_next_line_is_read() -> None:
    with subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for _ in range(2):
            child.stdin.write(GOOD)
            child.stdin.flush()
            assert json.loads(child.stdout.readline())["id"] == "a"
        child.stdin.close()
        assert child.wait(timeout=60) == 0


def test_a_reader_that_has_seen_enough_ends_it_quietly() -> None:
    with subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(GOOD)
        child.stdin.flush()
        child.stdout.readline()
        child.stdout.close()
        child.stdin.write(GOOD * 100)
        child.stdin.close()
        assert child.stderr.read() == b""
        child.wait(timeout=60)


def test_the_output_is_ascii_whatever_the_post() -> None:
    reactions = io.BytesIO()
    post = json.dumps({"id": "é", "text": "Je résilie 👋"}).encode()
    assert score_stream(Scorer(None), io.BytesIO(post), reactions) == 0
    assert reactions.getvalue().isascii()
    assert "é" in json.loads(reactions.getvalue())["intent"]["evidence"][0]["text"]


def test_a_watch_file_brings_its_names_and_concerns(tmp_path: Path) -> None:
    watch = tmp_path / "harbor.toml"
    watch.write_text(
        'title = "T"\nstarts = 2024-01-01T00:00:00Z\n[[services]]\nname = "Harbor Health"\naliases = ["HH"]\n'
        '[[concerns]]\nname = "privacy"\nwords = { en = ["data"] }\n'
    )
    _, (answer,) = run(b'{"text": "I am leaving HH over my data"}', "--watch", str(watch))
    assert answer["intent"]["stage"] == "cancelling"
    assert answer["concerns"] == ["privacy"]
    assert answer["id"] is None


def test_the_service_in_question_and_the_parent_are_taken_from_the_line() -> None:
    _, (leaving, other) = run(
        b'{"text": "I\'m cancelling Megaflix", "target": "Megaflix"}\n'
        b'{"text": "I\'m cancelling Megaflix", "target": "Harbor Health"}\n'
    )
    assert (leaving["intent"]["cancel"], other["intent"]["cancel"]) == (True, False)
    _, (agreeing,) = run(b'{"text": "Same here", "parent": "I cancelled my plan"}')
    assert agreeing["intent"]["stage"] == "cancelled"


def test_a_person_reads_stage_words_sentiment_language_and_concerns() -> None:
    result = CliRunner().invoke(score, ["I am cancelling my plan, great."])
    assert result.exit_code == 0
    for part in ("cancelling", "I am cancelling", "(rule en.", "sentiment", "language   en", "concerns   none"):
        assert part in result.stdout


def test_a_person_is_told_what_to_give() -> None:
    for arguments in ([], ["text", "--jsonl"]):
        result = CliRunner().invoke(score, arguments)
        assert result.exit_code == 2
        assert "--jsonl" in result.stderr
