"""The figures of these tests come from a scorer that says what the posts tell it to."""

import pytest

from tests.workers.evaluation.given import Parrot


@pytest.fixture(autouse=True)
def parrot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.evaluation.commands.Scorer", Parrot)
    monkeypatch.setattr("workers.evaluation.__main__.Scorer", Parrot)
