"""Rules about words: a post becomes a string with one letter a word, and rules are patterns over such strings."""

from workers.grammar.language import Rule
from workers.grammar.loading import LANGUAGES
from workers.grammar.reading import Reading, other_languages, read
from workers.grammar.tokens import Tokenised, tokenise

__all__ = ["LANGUAGES", "Reading", "Rule", "Tokenised", "other_languages", "read", "tokenise"]
