"""The band that holds 95% of what a count comes to, given what was expected of it: pure."""

import math

OUTSIDE = 0.025  # on either side
NORMAL = 1.959964  # standard deviations
EXACT = 50.0  # expected: above this the negative binomial law is normal enough on the scale of square roots


def band(expected: float, deviation: float) -> tuple[float, float]:
    """The least and the largest count of a 95% band, both inside.

    Counts follow the negative binomial law of this mean and standard deviation; that of Poisson, if they vary no
    more than that. Small counts come in whole numbers: of those the band holds more than 95%, never less.
    """
    if expected <= 0:
        return 0.0, 0.0
    times = max(1.0, deviation**2 / expected)
    if expected > EXACT:
        middle, away = math.sqrt(expected), NORMAL * math.sqrt(times) / 2
        return max(0.0, middle - away) ** 2, (middle + away) ** 2
    more = times - 1
    size = expected / more if more > 1e-6 else math.inf  # noqa: PLR2004 - Poisson to the last digit
    chance = math.exp(-expected) if math.isinf(size) else (1 + more) ** -size
    low, count, below = 0, 0, chance
    while below < 1 - OUTSIDE:
        low += below <= OUTSIDE
        next_ = expected / (count + 1) if math.isinf(size) else (size + count) / (count + 1) * more / (1 + more)
        chance *= next_
        count += 1
        below += chance
    return float(low), float(count)
