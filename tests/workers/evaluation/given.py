"""A scorer whose answers stand in the posts, so that figures do not depend on the rules; and labelled files."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from workers.evidence import Evidence, Intent, Sentiment
from workers.reaction import Reaction, Scorer


class Parrot(Scorer):
    """Answers what the text names: `stage=cancelled score=0.7 sentiment=positive stance=for concern=privacy`."""

    def react(self, text: str, **known: Any) -> Reaction:
        """What the text says that it is; `target=…` has to be the target that was asked about."""
        said = dict(part.split("=", 1) for part in text.split() if "=" in part)
        stage = said.get("stage", "none") if said.get("target") in (None, known["target"]) else "none"
        found = (Evidence(0, 5, text[:5], f"parrot.{stage}"),) if stage != "none" else ()
        concerns = tuple(said["concern"].split(",")) if "concern" in said else ()
        named = tuple(Evidence(0, 2, text[:2], f"concern.{one}") for one in concerns)
        return replace(
            super().react(""),
            sentiment=Sentiment(said.get("sentiment", "neutral"), 0.0),
            intent=Intent(stage, float(said.get("score", "0.9")) if found else 0.0, found),
            stance=said.get("stance", "none"),
            concerns=concerns,
            evidence=(*found, *named),
        )


def write_rows(place: Path, rows: list[dict[str, Any]]) -> str:
    """A file of labelled posts; its path."""
    place.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(place)


def yes_no_file(folder: Path) -> str:
    """Eight of ten right: TP 3, FP 1, FN 1, TN 5."""
    rows = [{"text": "stage=cancelled score=0.9", "label": 1}] * 2
    rows += [{"text": "stage=seeking score=0.5", "label": "1"}]
    rows += [{"text": "stage=considering score=0.5", "label": 0, "id": "alarm"}]
    rows += [{"text": "nothing said", "label": 1, "id": "miss"}, {"text": "?", "label": "X"}]
    return write_rows(folder / "yes_no.jsonl", rows + [{"text": "stage=urging", "label": 0}] * 5)
