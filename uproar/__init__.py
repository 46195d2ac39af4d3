"""Ground floor: what Uproar keeps and how it keeps it; it knows none of the wings above it."""

__version__ = "0.1.0"
