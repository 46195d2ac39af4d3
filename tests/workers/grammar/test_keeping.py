"""Languages that were kept with their rules compiled: the same answers, and never an old one."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.grammar import LANGUAGES, compiling, keeping, loading, tokenise
from workers.grammar.language import Language
from workers.grammar.loading import load_language, make_language
from workers.grammar.matcher import Matcher
from workers.grammar.patterns import BadPatternError
from workers.grammar.reader import Reader
from workers.grammar.reading import Reading
from workers.training.intent import sentences


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the languages, of which nothing is kept yet, where Python may keep its byte code."""
    for code in LANGUAGES:
        shutil.copytree(loading._HOME / code, tmp_path / code, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(loading, "_HOME", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    load_language.cache_clear()
    yield tmp_path
    load_language.cache_clear()


def kept_files(home: Path) -> list[Path]:
    return sorted(home.glob("*/__pycache__/*"))


def found(language: Language, text: str, target: str) -> list[tuple[str, str, list[tuple[int, int]]]]:
    """What each way that a text reaches finds in it, by topic and rule."""
    reading = Reading(tokenise(text), Reader(language, (target,)))
    return [
        (way.topic, way.rule.id, way.pattern.spans(reading.letters, 3))
        for way in reading.ways
        if way.rule.unless is None or not way.rule.unless.search(reading.letters)
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_kept_reads_as_what_was_made(home: Path, code: str) -> None:
    made = make_language(code)
    loading.keep_language(code)
    kept = keeping.kept(home / code)
    assert kept is not None
    some = [one for one in sentences() if one.lang == code][::10]
    met = 0
    for one in some:
        expected = found(made, one.text, one.target)
        assert found(kept, one.text, one.target) == expected, one.text
        met += any(spans for *_, spans in expected)
    assert met > len(some) / 3, "else nothing was shown"
    assert (kept.code, kept.size, kept.known, kept.markers) == (made.code, made.size, made.known, made.markers)


def test_the_first_who_loads_a_language_keeps_it_and_the_next_compiles_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_language("en")
    assert kept_files(home) == [keeping.place(home / "en")]
    load_language.cache_clear()
    for part in ("make_language", "build"):
        monkeypatch.setattr(loading, part, None)
    matcher = next(iter(load_language("en").gates.things)).pattern
    with monkeypatch.context() as idle:
        idle.setattr(re, "compile", None)
        assert matcher.regex
    with pytest.raises(AttributeError, match="not parsed any more"):
        _ = matcher.node


def test_a_changed_file_another_engine_or_a_cut_one_makes_it_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = loading.keep_language("fr")
    with monkeypatch.context() as other:
        other.setattr(keeping, "ENGINE", "another")
        assert keeping.kept(home / "fr") is None
    whole = place.read_bytes()
    for part in (whole[:-1], whole[:20], b"", whole[:-1] + bytes([whole[-1] ^ 1])):
        place.write_bytes(part)
        assert keeping.kept(home / "fr") is None
    place.write_bytes(whole)
    assert keeping.kept(home / "fr") is not None
    words = home / "fr" / "words.toml"
    words.write_text(words.read_text(encoding="utf-8") + "\n# looked at\n", encoding="utf-8")
    assert keeping.kept(home / "fr") is None
    assert load_language("fr").code == "fr"
    assert place.read_bytes()[:32] != whole[:32], "it was kept anew"


def test_nothing_is_kept_where_python_keeps_no_byte_code(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert load_language("en").code == "en"
    assert kept_files(home) == []


def test_where_nothing_can_be_written_a_language_is_read_and_nothing_is_left(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "en" / "__pycache__").write_text("in the way")
    assert load_language("en").code == "en"
    with pytest.raises(OSError, match="__pycache__"):
        loading.keep_language("en")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert load_language("fr").code == "fr"
    assert kept_files(home) == []


def test_a_rule_that_cannot_be_read_leaves_nothing_and_says_which(home: Path) -> None:
    rules = home / "en" / "intent.toml"
    rule = '[[rules]]\nid = "en.odd"\nvalue = "cancelled"\npattern = "<no_such_class> left"\n'
    rules.write_text(rules.read_text(encoding="utf-8") + "\n" + rule, encoding="utf-8")
    with pytest.raises(BadPatternError, match="no_such_class"):
        load_language("en")
    assert kept_files(home) == []


def test_an_engine_of_other_parts_keeps_the_expression_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_COMPILER", None)
    table, pattern = compiling.unpack(compiling.pack("0" * 40, "[a-c]{1,3}d(?!e)"))
    assert (table, pattern.pattern) == ("0" * 40, "[a-c]{1,3}d(?!e)")
    assert pattern.search("xxabd") is not None


def test_a_matcher_that_was_kept_can_be_kept_again() -> None:
    matcher = next(iter(make_language("en").gates.things)).pattern
    again = Matcher.__new__(Matcher)
    again.__setstate__(matcher.__getstate__())
    assert again.__getstate__() == matcher.__getstate__()
    assert again.regex == matcher.regex


def test_one_command_keeps_all_languages(tmp_path: Path) -> None:
    elsewhere = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-m", "workers.grammar"], env=elsewhere, capture_output=True, text=True, check=True
    )
    named = [line.split(": ") for line in answer.stdout.splitlines()]
    assert [code for code, _ in named] == list(LANGUAGES)
    assert all(Path(path).is_relative_to(tmp_path) and Path(path).stat().st_size > 100_000 for _, path in named)
    (tmp_path / "file").write_text("")
    elsewhere["PYTHONPYCACHEPREFIX"] = str(tmp_path / "file")
    refused = subprocess.run(
        [sys.executable, "-m", "workers.grammar"], env=elsewhere, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "cannot be kept" in refused.stderr
