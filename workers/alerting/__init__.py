"""Tells people: who is told of what, in what words, and how it is brought to them."""
