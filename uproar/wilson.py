"""The interval of a share: Wilson's score interval, which holds for few and for rare ones too; pure."""

import math

Z95 = 1.959963984540054  # deviations of a normal law that hold 95 %


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Bounds of the share `hits / of`, by default with 95 % confidence; (0, 1) of nothing.

    With p = hits/n: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n). Wilson, "Probable inference, the law of
    succession, and statistical inference", JASA 22 (1927).
    """
    if of <= 0:
        return 0.0, 1.0
    hits = min(hits, of)
    share, square = hits / of, z * z
    middle = share + square / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + sign * reach) / (1 + square / of) for sign in (-1, 1))
    return (0.0 if hits == 0 else max(0.0, low)), (1.0 if hits == of else min(1.0, high))


def share(part: int, whole: int) -> tuple[float, float, float] | None:
    """A share with its 95% interval; None of nothing."""
    return (part / whole, *wilson(part, whole)) if whole > 0 else None
