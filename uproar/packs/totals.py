"""The totals of a pack, made of its buckets: pure, and the same for whoever makes a pack and whoever checks it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from uproar.buckets import STAGES, BucketKey, ConcernKey
from uproar.wilson import wilson

COUNTED = ("posts", "voices", "negative", "neutral", "positive", "cancel")
STANCES = ("against", "for")

Buckets = Mapping[BucketKey, Mapping[str, int]]
Concerns = Mapping[ConcernKey, Mapping[str, int]]


def totals(buckets: Buckets, concerns: Concerns) -> dict[str, Any]:
    """Everything that is counted, over all buckets: in the names of `totals` of /api/v1/series."""
    whole = Counter[str]()
    by_source: dict[str, Counter[str]] = {}
    by_lang: dict[str, Counter[str]] = {}
    for (_, _, source, lang), counts in buckets.items():
        for into in (whole, by_source.setdefault(source, Counter()), by_lang.setdefault(lang, Counter())):
            into.update(counts)
    named: dict[str, Counter[str]] = {}
    for (*_, concern), counts in concerns.items():
        named.setdefault(concern, Counter()).update(counts)
    return {
        **_counts(whole),
        "cancel_share": _share(whole["cancel"], whole["voices"]),
        "negative_share": _share(whole["negative"], whole["posts"]),
        "by_stage": {stage: whole[f"stage_{stage}"] for stage in STAGES if stage != "none"},
        "by_stance": {stance: whole[f"stance_{stance}"] for stance in STANCES},
        "by_source": {name: _counts(row) for name, row in sorted(by_source.items())},
        "by_lang": {name: _counts(row) for name, row in sorted(by_lang.items())},
        "concerns": {name: {key: row[key] for key in ("posts", "cancel")} for name, row in sorted(named.items())},
    }


def _counts(row: Mapping[str, int]) -> dict[str, int]:
    return {name: row.get(name, 0) for name in COUNTED}


def _share(part: int, whole: int) -> dict[str, float] | None:
    """A share with its 95% interval (Wilson); None of nothing."""
    if whole <= 0:
        return None
    low, high = wilson(part, whole)
    return {"share": part / whole, "low": low, "high": high}


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of nested tables, by its path: `by_stage.cancelled`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    else:
        yield path, value
