"""`python -m workers.evaluation`, which `make quality` runs."""

import re
from io import BytesIO
from pathlib import Path

from click.testing import CliRunner

from tests.workers.evaluation.given import write_rows, yes_no_file
from workers.evaluation.__main__ import main
from workers.evaluation.ours import own_files
from workers.evaluation.reading import read_set

QUICK = ["--streams", "1", "--days", "2"]


def test_the_quality_document_has_figures_and_no_sentence(tmp_path: Path) -> None:
    yes_no_file(tmp_path)
    write_rows(tmp_path / "tones.jsonl", [{"text": "sentiment=neutral", "label": "positive"}])
    result = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "quality.md"), *QUICK], catch_exceptions=False)
    assert result.exit_code == 0
    document = (tmp_path / "quality.md").read_text()
    assert re.search(r"^\| `yes_no` \| 10 \| 4 \| 0\.750 \(\d\.\d+-\d\.\d+\) \|", document, re.MULTILINE)
    assert "| `tones` | 1 |" in document
    assert "model version" in document
    assert "not described" in document
    assert "TP 3, FP 1, FN 1, TN 5" in document
    assert "stage=" not in document
    assert "nothing said" not in document
    assert str(tmp_path) not in document


def test_the_quality_document_says_what_it_needs(tmp_path: Path) -> None:
    for folder, said in (("", "make quality DATA=FOLDER"), (str(tmp_path), "no folder with .jsonl files")):
        result = CliRunner().invoke(main, [folder, str(tmp_path / "quality.md")])
        assert result.exit_code == 2
        assert said in result.stderr
        assert not (tmp_path / "quality.md").exists()


def test_our_own_sentences_can_be_measured_like_those_of_others() -> None:
    files = dict(own_files())
    assert list(files) == sorted(files)
    assert {"ours_hard_en", "ours_hard_fr", "ours_plain_en", "ours_plain_fr"} <= files.keys()
    for name, lines in files.items():
        labelled = read_set(BytesIO(lines), name)
        assert len(labelled.rows) == len(lines.splitlines())
        assert {row.request.lang for row in labelled.rows} == {name[-2:]}
