"""What the author of a post says about their own custom: pure, text in, `Intent` out."""

from workers.intent.reading import read_intent

__all__ = ["read_intent"]
