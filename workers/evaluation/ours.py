"""The project's own labelled sentences as files that can be measured like those of others."""

import json
from collections.abc import Iterator

from uproar.buckets import CANCEL_STAGES
from workers.training.intent import UNSEEN, sentences

NAMES = {"held": "hard", "blind": "plain", UNSEEN: UNSEEN}  # of what was not, or hardly, learned from


def own_files() -> Iterator[tuple[str, bytes]]:
    """Each set in each language by its name, as JSON lines; in the order of the names."""
    files: dict[str, list[str]] = {}
    for one in sentences():
        if one.set in NAMES:
            row: dict[str, str | None] = {"text": one.text, "label": one.stage, "lang": one.lang, "target": one.target}
            if one.set == UNSEEN:  # of what is no leaving, it does not say what else it is
                leaving = one.stage in CANCEL_STAGES
                row |= {"label": str(int(leaving)), "stage": one.stage if leaving else None}
            files.setdefault(f"ours_{NAMES[one.set]}_{one.lang}", []).append(json.dumps(row, ensure_ascii=False))
    for name, lines in sorted(files.items()):
        yield name, "\n".join(lines).encode()
