"""The tone of a French text: a list of words of our own, negation and emphasis, on VADER's scale."""

import math
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from importlib import resources

from workers.sentiment.lexicon import Lexicon, emoji, emoticons, read_lexicon
from workers.sentiment.reading import (
    BOOST,
    LINK,
    MENTION,
    NEGATED,
    NUMBER,
    REACH,
    Leaning,
    Reading,
    Word,
    around_a_turn,
    is_near,
    learned_of,
    lows_of,
    scored,
    shout_of,
    total_compound,
    turns_of,
)
from workers.sentiment.tidying import shortenings

MEMORY = 20_000  # tokens remembered; a process that has met more begins anew
BOOST_REACH = 2
SHOUTED_LETTERS = 2  # a single capital is no shout

_PIECES = re.compile(r"[^\W\d_]+|\d+[^\W_]*|[.,!?;:()]+")
_SO = frozenset({"aussi", "autant", "si"})
_MARKS = frozenset(".,!?;:()")


_grammar: dict[str, list[str]] = tomllib.loads(
    (resources.files("workers.sentiment") / "fr_grammar.toml").read_text(encoding="utf-8")
)
_NEGATORS = frozenset(_grammar["negators"])
_NE = frozenset(_grammar["ne"])
_AFTER_VERBS = frozenset(_grammar["after_verbs"])
_SUBJECTS = frozenset(_grammar["subjects"])
_BOOSTERS = frozenset(_grammar["boosters"])
_DAMPERS = frozenset(_grammar["dampers"])
_CLAUSE_ENDS = frozenset(_grammar["clause_ends"])
_BREAKS = _CLAUSE_ENDS | _MARKS
_TURNS = frozenset(_grammar["turns"])
_TURNING = _NEGATORS | _NE | _AFTER_VERBS | _BOOSTERS | _DAMPERS


def plain(word: str) -> str:
    """A word in lower case without accents."""
    low = word.lower()
    if low.isascii():
        return low
    apart = unicodedata.normalize("NFKD", low.replace("œ", "oe").replace("æ", "ae"))
    return "".join(one for one in apart if not unicodedata.combining(one))


class French(dict[str, tuple[Word, ...]]):
    """The rules with some names that weigh nothing; as a mapping, the words of each token met so far."""

    lang = "fr"

    def __init__(self, names: tuple[str, ...] = (), learned: dict[str, Leaning] | None = None) -> None:
        split = (tuple(_PIECES.findall(plain(name))) for name in names)
        self._lexicon: Lexicon = read_lexicon("fr.tsv", {}, split)
        self._learned = learned or {}

    def __missing__(self, token: str) -> tuple[Word, ...]:
        if len(self) >= MEMORY:
            self.clear()
        self[token] = words = tuple(self._recognise(token))
        return words

    def _recognise(self, token: str) -> list[Word]:
        low, signs = token.lower(), emoji()
        if token in signs or low in emoticons():
            weight = signs.get(token, emoticons().get(low, 0.0))
            leaning = self._learned.get(token, 0j)
            return [Word(token, weight=weight or None, leaning=leaning, counts=bool(weight))]
        if "@" in token or "://" in token or low.startswith("www."):
            kind = MENTION if "@" in token else LINK
            return [Word(kind, leaning=self._learned.get(kind, 0j))]
        pieces = _PIECES.findall(token)
        # a mark ends the clause of the word before it; alone, it stands for itself
        after = [*pieces[1:], ""]
        return [
            self._word(piece, ends=next_one[:1] in _MARKS)
            for piece, next_one in zip(pieces, after, strict=False)
            if piece[0] not in _MARKS or len(pieces) == 1
        ]

    def _word(self, piece: str, *, ends: bool) -> Word:
        low, lexicon = plain(piece), self._lexicon
        if lexicon.weight(low) is None and low not in lexicon.phrases:
            known = (short for short in shortenings(low) if lexicon.weight(short) is not None or short in _TURNING)
            low = next(known, low)
        weight, opens = lexicon.weight(low), lexicon.phrases.get(low)
        low = NUMBER if low[0].isdigit() and not opens else low
        return Word(
            low,
            leaning=self._learned.get(low, 0j),
            weight=weight or None,
            counts=bool(weight or opens),
            upper=len(piece) >= SHOUTED_LETTERS and piece.isupper(),
            ends=ends or low[0] in _MARKS or low in _CLAUSE_ENDS,
            opens=opens,
            turns=low in _TURNING,
        )

    def weight(self, low: str) -> float | None:
        """What a word weighs by itself, if the list has it."""
        return emoji().get(low, self._lexicon.weight(low))

    def read(self, text: str) -> Reading:
        """Read a tidied text."""
        return self.weigh([word for token in text.split() for word in self[token]], text)

    def weigh(self, words: Sequence[Word], text: str) -> Reading:
        """Read the words of a tidied text."""
        weights: list[float] = []
        places: list[int] = []
        found = scored(words)
        if not found:
            return Reading(0.0, words, learned_of(words))
        lows, shout, turns = lows_of(words), shout_of(words), turns_of(words)
        for place, word, phrase in found:
            if weight := phrase.weight if phrase else word.weight:
                if word.upper:
                    weight += math.copysign(shout, weight)
                if is_near(turns, place):
                    weight = _in_context(words, place, weight, within=phrase is not None)
                weights.append(weight)
                places.append(place)
        if weights and not _TURNS.isdisjoint(lows):
            turn = next(at for at, low in enumerate(lows) if low in _TURNS)
            weights = around_a_turn(weights, places, turn)
        return Reading(total_compound(weights, text), words, learned_of(words))


def _in_context(words: Sequence[Word], place: int, weight: float, *, within: bool) -> float:
    """A weight after emphasis and negation; the weight of a phrase has what is `within` it."""
    before: list[str] = []
    for earlier in words[max(0, place - REACH) : place][::-1]:
        if earlier.ends:
            break
        before.append(earlier.low)
    if not _BOOSTERS.isdisjoint(before[:BOOST_REACH]):
        weight += math.copysign(BOOST, weight)
    elif not _DAMPERS.isdisjoint(before[:BOOST_REACH]):
        weight -= math.copysign(BOOST, weight)
    if within:
        return weight
    following = [word.low for word in words[place + 1 : place + REACH]]
    if words[place].ends or (following and words[place + 1].low in _BREAKS):
        following = []
    spoken = bool(before) and before[0] in _SUBJECTS and not _AFTER_VERBS.isdisjoint(following)
    denied = not _NEGATORS.isdisjoint(before) or not _NE.isdisjoint(before)
    if "jamais" in before and not _SO.isdisjoint(before):  # "jamais été aussi heureux"
        denied = False
    return weight * NEGATED if denied or spoken else weight
