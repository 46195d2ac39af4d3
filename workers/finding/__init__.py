"""Looks at what was counted in every watch, and puts on record what was found."""
