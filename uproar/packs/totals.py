"""The totals of a pack, made of its buckets: pure, and the same for whoever makes a pack and whoever checks it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from uproar.buckets import COUNTED, STAGE_COLUMNS, STANCE_COLUMNS
from uproar.wilson import share


class Totals:
    """Sums of buckets that are added one after the other: a long range has more than memory holds."""

    def __init__(self) -> None:
        self._whole = Counter[str]()
        self._by_source: dict[str, Counter[str]] = {}
        self._by_lang: dict[str, Counter[str]] = {}
        self._concerns: dict[str, Counter[str]] = {}

    def add(self, source: str, lang: str, counts: Mapping[str, int]) -> None:
        """Add the counts of a bucket."""
        by_source = self._by_source.setdefault(source, Counter())
        for into in (self._whole, by_source, self._by_lang.setdefault(lang, Counter())):
            into.update(counts)

    def add_concern(self, concern: str, counts: Mapping[str, int]) -> None:
        """Add the counts of a concern's bucket."""
        self._concerns.setdefault(concern, Counter()).update(counts)

    def told(self) -> dict[str, Any]:
        """Everything that was counted, in the names of `totals` of /api/v1/series."""
        whole = self._whole
        return {
            **_counts(whole),
            "cancel_share": _share(whole["cancel"], whole["voices"]),
            "negative_share": _share(whole["negative"], whole["posts"]),
            "by_stage": {name.removeprefix("stage_"): whole[name] for name in STAGE_COLUMNS},
            "by_stance": {name.removeprefix("stance_"): whole[name] for name in STANCE_COLUMNS},
            "by_source": {name: _counts(row) for name, row in sorted(self._by_source.items())},
            "by_lang": {name: _counts(row) for name, row in sorted(self._by_lang.items())},
            "concerns": {
                name: {key: row[key] for key in ("posts", "cancel")} for name, row in sorted(self._concerns.items())
            },
        }


def _counts(row: Mapping[str, int]) -> dict[str, int]:
    return {name: row[name] for name in COUNTED}


def _share(part: int, whole: int) -> dict[str, float] | None:
    """A share with its 95% interval (Wilson); None of nothing."""
    found = share(part, whole)
    return None if found is None else dict(zip(("share", "low", "high"), found, strict=True))


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of nested tables, by its path: `by_stage.cancelled`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
