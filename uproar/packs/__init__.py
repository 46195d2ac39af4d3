"""Evidence packs: all that the numbers of a range are made of, in one file, for another person to recompute."""
