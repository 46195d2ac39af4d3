"""How many counts of streams without news lie inside of the band of what was expected, by the length of the step.

Run it by `python -m bench.expected`: streams of `workers.simulation` by the minute, after two weeks of learning.
"""

import sys
from collections import Counter

from workers.simulation.coverage import LENGTHS, calm_kinds, coverage


def main(names: list[str]) -> None:
    """Print the share of counts inside of the band for each kind of stream."""
    print("posts a day, and the share inside of the band by step" + "".join(f"{one // 60:>7} min" for one in LENGTHS))
    inside: Counter[int] = Counter()
    every: Counter[int] = Counter()
    for kind in calm_kinds():
        if names and kind.name not in names:
            continue
        mine, all_of = coverage(kind)
        inside, every = inside + mine, every + all_of
        print(f"{kind.name:24} {kind.mean * 288:10.0f}" + "".join(_share(mine, all_of, one) for one in LENGTHS))
    print(f"{'all':35}" + "".join(_share(inside, every, one) for one in LENGTHS))


def _share(inside: Counter[int], every: Counter[int], length: int) -> str:
    return f"{inside[length] / every[length]:11.1%}"


if __name__ == "__main__":
    main(sys.argv[1:])
