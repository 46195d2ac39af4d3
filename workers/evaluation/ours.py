"""The project's own labelled sentences as files that can be measured like those of others."""

import json
from collections.abc import Iterator

from workers.training.intent import sentences

NAMES = {"held": "hard", "blind": "plain"}  # of what was not, or hardly, learned from


def own_files() -> Iterator[tuple[str, bytes]]:
    """Each set in each language by its name, as JSON lines; in the order of the names."""
    files: dict[str, list[str]] = {}
    for one in sentences():
        if one.set in NAMES:
            row = {"text": one.text, "label": one.stage, "lang": one.lang, "target": one.target}
            files.setdefault(f"ours_{NAMES[one.set]}_{one.lang}", []).append(json.dumps(row, ensure_ascii=False))
    for name, lines in sorted(files.items()):
        yield name, "\n".join(lines).encode()
