"""How often a watch with seven concerns cries wolf: four made-up weeks without news, all its signals, inhibition.

Not part of `make bench`: it takes two minutes of a core for each sensitivity. Say for which kind of stream
(workers/simulation/kinds.toml): `python bench/false_alarms.py ticker_small`.
"""

import random
import sys
from collections.abc import Iterable

from uproar.signals import inhibits, rank, signals_of
from uproar.watch import Watch
from workers.finding.memory import Memory, Stretch
from workers.simulation.streams import DAY, START, Kind, kinds, make
from workers.spikes import SENSITIVITIES, Event

DAYS = 28
CONCERNS = ("access", "billing", "choice", "data", "error", "fees", "gaps")
VOICES, NEGATIVE, CANCEL, CONCERN = 0.7, 0.25, 0.04, 0.05  # shares of posts; of cancel voices, of voices

Counts = dict[int, dict[str, dict[str, int]]]


def watch(sensitivity: str) -> Watch:
    """A watch with nothing but its signals."""
    return Watch.model_validate(
        {
            "name": "calm",
            "title": "Nothing happens",
            "starts": "2020-01-01T00:00:00Z",
            "services": [{"name": "Harbour Clinics"}],
            "concerns": [{"name": name, "words": {"en": [name]}} for name in CONCERNS],
            "alerts": {"sensitivity": sensitivity},
        }
    )


def counts(kind: Kind) -> Counts:
    """A stream of posts without news, and of these by chance what each signal counts."""
    chance = random.Random(f"x{kind.name}")  # noqa: S311 - no secret
    found: Counts = {}
    for start, posts in make(kind, 0, days=DAYS, bucket_s=60, news=False).rows():
        if posts:
            voices = _some(chance, posts, VOICES)
            row = {"posts": posts, "voices": voices, "cancel": _some(chance, voices, CANCEL)}
            row["negative"] = _some(chance, posts, NEGATIVE)
            row |= {f"concern:{name}": _some(chance, posts, CONCERN) for name in CONCERNS}
            found[start] = {"made-up": row}
    return found


def _some(chance: random.Random, of: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(of))


def told(events: Iterable[tuple[str, Event]]) -> int:
    """How many spikes an endpoint that asks for all is told of, each event by its most telling signal."""
    going_on: set[str] = set()
    known: set[str] = set()
    number = 0
    for signal, event in sorted(events, key=lambda one: (one[1].start, rank(one[0]))):
        if event.kind == "firing":
            going_on.add(signal)
        elif event.kind == "resolved":
            going_on.discard(signal)
            known.discard(signal)
        for one in sorted(going_on - known, key=rank):
            if not any(inhibits(other, one) for other in known):
                known.add(one)
                number += 1
    return number


def main() -> None:
    """Print, for each sensitivity, spikes of all signals and those told, a week."""
    kind = next(one for one in kinds("held_out") if one.name == sys.argv[1])
    rows = counts(kind)
    for sensitivity in SENSITIVITIES:
        one = watch(sensitivity)
        memory = Memory.load(one, signals_of(one), {}, START)
        events = memory.look(Stretch(START, START + DAYS * int(DAY), rows, {}))
        spikes = sum(event.kind == "firing" for _, event in events)
        print(
            f"{sensitivity:11} {spikes / DAYS * 7:5.1f} spikes a week, {told(events) / DAYS * 7:5.1f} told", flush=True
        )


if __name__ == "__main__":
    main()
