"""The evaluation that was kept last: `uproar evaluate --save` writes it, the quality page shows it."""

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from uproar.errors import UproarError
from uproar.settings import Settings

NAME = "evaluation.json"


class Measure(BaseModel):
    """A measure with its 95% interval; null where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    method: str | None = Field(description="bootstrap or wilson")


class ScoreBin(BaseModel):
    """The cancel intents whose score lies from `low` up to `high`."""

    low: float
    high: float
    n: int = Field(description="posts")
    mean: float = Field(description="mean score, which says how many should be right")
    right: Measure = Field(description="share that is right")


class Calibration(BaseModel):
    """Whether scores mean what they say."""

    bins: list[ScoreBin]
    error: float | None = Field(description="expected calibration error; null where there is nothing")


class View(BaseModel):
    """The measures of one question."""

    n: int = Field(description="posts that were judged on it")
    measures: dict[str, Measure]
    calibration: Calibration | None = None


class EvaluatedFile(BaseModel):
    """What came out for one file of labelled posts."""

    file: str = Field(description="its name")
    sha256: str
    posts: int
    borderline: int
    unjudged: int
    views: dict[str, View] = Field(description="by question: cancel, stage, sentiment, stance, concerns")


class Evaluated(BaseModel):
    """What one run of `uproar evaluate` measured, without any text."""

    measured_at: datetime
    model_version: str = Field(description="the version of the rules that was measured")
    seed: int
    files: list[EvaluatedFile]


def sha256_of(path: Path) -> str:
    """The hash of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def save(evaluated: Evaluated, chosen: Settings) -> Path:
    """Keep an evaluation in the place of the one before; where it is."""
    place = chosen.make_data_dir() / NAME
    draft = place.with_suffix(f".{secrets.token_hex(4)}")
    draft.write_text(evaluated.model_dump_json(indent=1), encoding="utf-8")
    os.replace(draft, place)  # noqa: PTH105 - whole or not at all
    return place


def load(chosen: Settings) -> Evaluated | None:
    """The evaluation that was kept last, if one was.

    Raises:
        UproarError: the file was changed and is none any more.
    """
    place = chosen.data_dir / NAME
    try:
        return Evaluated.model_validate_json(place.read_bytes())
    except FileNotFoundError:
        return None
    except (ValidationError, OSError):
        raise UproarError(
            f"{place} cannot be read as an evaluation: run `uproar evaluate FILE --save` again."
        ) from None
