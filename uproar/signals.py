"""The signals that a watch is looked at for: their names, and what follows from a name. Pure.

A name is the identity of a signal everywhere: in tables, messages, filters and silences.
"""

from uproar.watch import Watch

COUNTS = ("posts", "negative", "cancel")  # columns of the buckets
SHARE = "cancel-share"  # of the voices, those that speak of leaving
CONCERN, THRESHOLD, NO_DATA = "concern:", "threshold:", "no-data:"
TELLING = ("cancel", SHARE, "negative", "posts", "concern")  # kinds of signal, the most telling first


def volumes(watch: Watch) -> tuple[str, ...]:
    """The signals of a watch that are compared with what was expected of them."""
    return (*COUNTS, SHARE, *(CONCERN + concern.name for concern in watch.concerns))


def thresholds(watch: Watch) -> tuple[str, ...]:
    """The signals of a watch that are compared with a number in its file."""
    return tuple(THRESHOLD + threshold.name for threshold in watch.alerts.thresholds)


def signals_of(watch: Watch) -> tuple[str, ...]:
    """All signals that are counted from posts; sources that fall silent have one more each (`no_data`)."""
    return (*volumes(watch), *thresholds(watch))


def no_data(source: str) -> str:
    """The signal of a source that falls silent."""
    return NO_DATA + source


def rank(signal: str) -> int:
    """How little a signal tells of one event compared with the others of its watch: 0 is the most telling."""
    kind = signal.partition(":")[0]
    return TELLING.index(kind) + 1 if kind in TELLING else 0


def inhibits(signal: str, other: str) -> bool:
    """Whether who knows of a spike of `signal` need not be told of one of `other`: the same event, told better.

    A person's own rule and a source that is silent are always told, and stand for nothing else.
    """
    return 0 < rank(signal) < rank(other)


def alertname(signal: str) -> str:
    """The kind of alert, as receivers know it: the label `alertname`."""
    if signal.startswith(THRESHOLD):
        return "UproarThreshold"
    return "UproarNoData" if signal.startswith(NO_DATA) else "UproarSpike"


def counted_by(signal: str, watch: Watch) -> str | None:
    """The events that a signal is made of: posts, negative, cancel or concern:NAME; None if it counts none."""
    if signal.startswith(NO_DATA):
        return None
    if signal.startswith(THRESHOLD):
        rules = {THRESHOLD + rule.name: rule.signal for rule in watch.alerts.thresholds}
        return rules.get(signal, "posts")
    return "cancel" if signal == SHARE else signal
