"""Whether a post is for or against the deal, by the rules of its language."""

from collections.abc import Iterable

from workers.evidence import Evidence
from workers.grammar import Reading

TOPIC = "stance"


def read_stance(readings: Iterable[Reading]) -> tuple[str, tuple[Evidence, ...]]:
    """`against`, `for` or `none` towards the deal, and the evidence for it.

    Args:
        readings: the post as read by the languages that it is written in.

    A post that meets rules of both sides has the stance `none`.
    """
    found: dict[str, list[Evidence]] = {}
    for reading in readings:
        for rule, start, end in reading.matches(TOPIC):
            found.setdefault(rule.value, []).append(reading.evidence(start, end, rule.id))
    if len(found) != 1:
        return "none", ()
    stance, evidence = found.popitem()
    return stance, tuple(sorted(evidence, key=lambda one: one.start))
