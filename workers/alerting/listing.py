"""Spikes as `uproar alerts list` shows them: a table, each figure in the unit of its signal; pure."""

from collections.abc import Mapping, Sequence

from uproar.models import Spike
from uproar.signals import NO_DATA, SHARE, THRESHOLD
from uproar.watch import Watch

COLUMNS = ("id", "state", "began", "ended", "watch", "signal", "counted", "told")


def table(spikes: Sequence[Spike], told: Mapping[int, Mapping[str, str]], watches: Mapping[str, Watch]) -> list[str]:
    """The lines of the table; `told` says by spike and endpoint how the newest message is."""
    rows = [COLUMNS, *(_row(one, told[one.id or 0], watches.get(one.watch)) for one in spikes)]
    widths = [max(len(row[number]) for row in rows) for number in range(len(COLUMNS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _row(spike: Spike, told: Mapping[str, str], watch: Watch | None) -> tuple[str, ...]:
    off = spike.resolved_at is None and (watch is None or not watch.enabled)
    return (
        str(spike.id),
        spike.state + (" (watch off)" if off else ""),
        f"{spike.started_at:%Y-%m-%d %H:%M}",
        "-" if spike.resolved_at is None else f"{spike.resolved_at:%Y-%m-%d %H:%M}",
        spike.watch,
        spike.signal,
        counted(spike, watch),
        _told(spike, told),
    )


def counted(spike: Spike, watch: Watch | None) -> str:
    """What is counted now, or was at the height of what is over, what was told if that is less, and the yardstick."""
    minutes = spike.window_s // 60
    if spike.signal.startswith(NO_DATA):
        return f"silent for {minutes} min, {spike.expected:.0f} posts missed"
    rules = {THRESHOLD + rule.name: rule for rule in watch.alerts.thresholds} if watch else {}
    rule = rules.get(spike.signal)
    if spike.signal == SHARE or (rule is not None and rule.share_above is not None):
        yardstick = spike.explanation.partition(";")[0]  # it has both numbers and the share in %
        return f"{yardstick}; now {spike.count}" if _is_news(spike) else yardstick
    yardstick = (
        f"limit {spike.expected:.0f}" if spike.signal.startswith(THRESHOLD) else f"expected {spike.expected:.1f}"
    )
    was = f"; told {spike.told_count}, peak {spike.peak}" if _is_news(spike) else ""
    return f"{spike.count} in {minutes} min, {yardstick}{was}"


def _is_news(spike: Spike) -> bool:
    return spike.told_count is not None and spike.count != spike.told_count


def _told(spike: Spike, told: Mapping[str, str]) -> str:
    parts = [name if state == "delivered" else f"{name} ({state})" for name, state in told.items()]
    if spike.held:
        parts.append(f"held: {spike.held}")
    if spike.acknowledged_at:
        parts.append(f"acknowledged{f' by {spike.acknowledged_by}' if spike.acknowledged_by else ''}")
    return ", ".join(parts) or "nobody"
