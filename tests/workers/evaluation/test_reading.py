import io
import json
from typing import Any

import pytest

from uproar.lines import MAX_LINE
from workers.evaluation.reading import LISTED, BadSetError, LabelledSet, read_set


def read(*rows: dict[str, Any] | bytes) -> LabelledSet:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return read_set(io.BytesIO(b"\n".join(lines)), "a.jsonl")


def row(label: Any, **more: Any) -> dict[str, Any]:
    return {"text": "Harbour Clinics?", "label": label, **more}


@pytest.mark.parametrize(
    ("labels", "kind", "answers"),
    [
        ((0, 1, "0", "1"), "cancel", [{"cancel": "0"}, {"cancel": "1"}, {"cancel": "0"}, {"cancel": "1"}]),
        (("none", "seeking"), "stage", [{"stage": "none", "cancel": "0"}, {"stage": "seeking", "cancel": "1"}]),
        (("neutral", "positive"), "sentiment", [{"sentiment": "neutral"}, {"sentiment": "positive"}]),
    ],
)
def test_the_labels_say_what_kind_they_are(labels: tuple[Any, ...], kind: str, answers: list[dict[str, str]]) -> None:
    found = read(*(row(label) for label in labels))
    assert (found.kind, [one.answers for one in found.rows]) == (kind, answers)


def test_a_row_brings_its_id_language_target_and_parent() -> None:
    (found,) = read(row(1, id=7, lang="fr", target="Harbour Clinics", parent="Who stays?", source="a forum")).rows
    request = found.request
    assert (request.id, request.lang, request.target, request.parent) == (7, "fr", "Harbour Clinics", "Who stays?")


def test_borderline_and_unjudged_rows_are_counted_and_left_out_and_blank_lines_are_none() -> None:
    found = read(row("X"), row(1), row("B"), b"  ", row(None), row(None, stage=None, concerns=None), row(0))
    assert (len(found.rows), found.borderline, found.unjudged) == (2, 2, 2)
    assert [one.line for one in found.rows] == [2, 7]


def test_other_columns_are_labels_of_their_own() -> None:
    columns = {"sentiment": "negative", "stance": "against", "concerns": ["privacy", "price", "privacy"]}
    full, bare = read(row("staying", **columns), row(None, stance="for")).rows
    assert full.answers == {"stage": "staying", "cancel": "0", "sentiment": "negative", "stance": "against"}
    assert full.concerns == ("privacy", "price")
    assert (bare.answers, bare.concerns) == ({"stance": "for"}, None)
    assert read({"text": "x", "concerns": []}).rows[0].concerns == ()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("none"), "a.jsonl:2: `label` 'none' is a stage label, but this file's are cancel labels (line 1)"),
        (row("neutral"), "a.jsonl:2: `label` 'neutral' is a sentiment label"),
        (row(2), "a.jsonl:2: `label` '2' is none of 0, 1, cancelled"),
        (row(True), "`label` 'True' is none of"),
        (row(1.0), "`label` '1.0' is none of"),
        (row(["1"]), "is none of"),
        (row("y" * 500), "is none of"),
        ({"text": "x"}, "a.jsonl:2: there is no `label`"),
        ({"label": 1}, "there is no `text`"),
        ({"text": 5, "label": 1}, "`text` must be a string"),
        ({"text": "\ud800", "label": 1}, "surrogate"),
        (row(1, id=[]), "`id` must be"),
        (row(1, stance="loud"), "`stance` 'loud' is none of against"),
        (row(1, sentiment=0.5), "`sentiment` must be a string"),
        (row(1, stage="none"), "contradict"),
        (row(1, concerns="privacy"), "`concerns` must be a list"),
        (row(1, concerns=["\udfff"]), "surrogate"),
        (b"oops", "a.jsonl:2: not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"text": "caf\xe9", "label": 1}', "not UTF-8"),
        (b'{"text": "' + b"x" * MAX_LINE + b'"}', "the limit is"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_line_that_cannot_be_used_is_named(bad: dict[str, Any] | bytes, reason: str) -> None:
    with pytest.raises(BadSetError) as caught:
        read(row(0), bad, row(1))
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 400


def test_columns_that_contradict_the_label_are_named() -> None:
    with pytest.raises(BadSetError, match="`label` 'staying' and `stage` 'joining' contradict"):
        read(row("staying", stage="joining"))


def test_every_bad_line_is_named_until_there_are_too_many() -> None:
    with pytest.raises(BadSetError) as caught:
        read(*([b"oops"] * (LISTED + 5)))
    lines = str(caught.value).splitlines()
    assert len(lines) == LISTED + 1
    assert lines[0].startswith("a.jsonl:1: ")
    assert lines[-1] == "a.jsonl: and 5 more bad lines"


def test_a_file_with_nothing_to_measure_on_says_so() -> None:
    with pytest.raises(BadSetError, match="no labelled post in it \\(1 borderline, 0 not judged\\)"):
        read(row("B"))
