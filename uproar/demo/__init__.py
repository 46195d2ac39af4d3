"""The simulated first day of a made-up deal, for `uproar demo`."""
