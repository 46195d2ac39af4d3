"""Which browser the tests take."""

from pathlib import Path

import pytest

from tests.browser import chromium


def test_without_any_browser_the_tests_fail_and_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPROAR_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "UNPACKED", tmp_path)
    monkeypatch.setattr(chromium, "ON_A_MAC", ())
    with pytest.raises(FileNotFoundError, match="or name one in UPROAR_BROWSER"):
        chromium.find()


def test_a_browser_that_is_named_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPROAR_BROWSER", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="'no-such-browser', which is no program"):
        chromium.find()
