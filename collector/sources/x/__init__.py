"""X, formerly Twitter, by its API v2: recent search or the filtered stream, within a budget."""

from collector.sources.x.query import Options
from collector.sources.x.source import X

__all__ = ["Options", "X"]
