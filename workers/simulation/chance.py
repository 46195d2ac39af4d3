"""Random numbers that counts of posts are made of, on top of the standard library's."""

import math
import random

FEW = 30.0


def poisson(chance: random.Random, mean: float) -> int:
    """A Poisson number: Knuth's way for small means, the normal law beyond."""
    if mean > FEW:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    count, product, floor = 0, chance.random(), math.exp(-mean)
    while product > floor:
        count += 1
        product *= chance.random()
    return count


def around_one(chance: random.Random, deviation: float) -> float:
    """A positive number with mean 1 and that standard deviation (a gamma law)."""
    if deviation <= 0:
        return 1.0
    shape = deviation**-2
    return chance.gammavariate(shape, 1 / shape)


def power_law(chance: random.Random, exponent: float, most: float) -> float:
    """At least 1, beyond x with chance x^-exponent, at most `most` (a Pareto law, cut)."""
    return min(most, chance.paretovariate(exponent))
