"""How long to wait before the next try; the one answer for sources, deliveries and children."""


def backoff(failures: int, *, base: float, cap: float, chance: float) -> float:
    """Seconds to wait after so many failures in a row: exponential, capped, with equal jitter.

    `chance` is a random number in [0, 1): the wait is between one half and the whole of
    min(cap, base * 2**(failures - 1)).
    After "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    ceiling = min(cap, base * 2.0 ** min(failures - 1, 30))
    return ceiling * (0.5 + chance / 2)
