"""Tells voices from echoes: a first-person original from a repost, copy or near-duplicate of one."""

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from importlib import resources
from itertools import pairwise
from zlib import crc32

from workers.folding import fold

KEYS = 8  # of one passage
LEAST_WHOLE = 8  # words that say something: below it, different people write the same
LEAST_QUOTED = 5  # the same in quotation marks: those say that it is somebody's words
MOST_QUOTES = 3
MOST_WORDS = 300
ALIKE = 0.75  # share of the words of both texts that stand in pairs which both have
CONTAINED = 0.9  # share of the words of the shorter one
ADDED = 4  # so many words before or after a copy are a headline; fewer are a change of the sentence
MOST_AROUND = 0.5  # share of the words that may stand outside of the quotation marks

_WORDS = tomllib.loads((resources.files("workers") / "echo.toml").read_text(encoding="utf-8"))
_EMPTY = frozenset(_WORDS["empty"].split())
_CONTRARY = frozenset(_WORDS["contrary"].split())
_TURNING = _CONTRARY.union(_WORDS["person"].split())
_DECIDING = tuple(_WORDS["deciding"].split())
_OWN = frozenset(_WORDS["own"].split())

# "RT @joe:" as it was typed before there was a button, "RT: @joe", and Mastodon's boosts that were copied by hand.
_REPOST = re.compile(r"\s{0,20}(?:RT:? {0,3}@|♻️? {0,3}@)\w", re.IGNORECASE)
_REFERENCE = re.compile(r"\b(?:rt|via|h/t|cc):? {0,3}(?=@)|@[\w.@-]+:?|(?:https?://|www\.)\S*|\b[\w-]+\.[a-z]{2,4}/\S*")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+|'t\b)*")
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+|'t\b)*")  # the same in a text that has no other letters, sooner
_QUOTATION = re.compile(r'"([^"\n]{20,2000})"|«([^»\n]{20,2000})»')
_CUT = ("…", "...")
_BITS = 2**63 - 1  # the largest number that both databases keep


def is_voice(text: str, repost: bool) -> bool:  # noqa: FBT001 - a column of the post
    """Whether a post is its author's own: neither a platform's repost nor marked as one by its text."""
    return not repost and _REPOST.match(text) is None


@dataclass(frozen=True, slots=True)
class Passage:
    """What of a post is compared: words in small letters, without accents, links, mentions and signs."""

    words: tuple[str, ...]
    content: int  # different words that say something
    quotes: tuple[tuple[str, ...], ...]  # what stands in quotation marks and is long enough, the longest first
    outside: tuple[str, ...]  # the words that stand in none
    cut: bool  # whether the text ends in an ellipsis
    bare: str  # the words as one text; a post that has none is what it is


@dataclass(frozen=True, slots=True)
class Keys:
    """Under which numbers a post is kept as an original, and under which its own original is sought."""

    keep: tuple[int, ...]
    seek: tuple[int, ...]


def read_passage(text: str) -> Passage:
    """Take a post apart; of a long one its first words speak for it."""
    folded = fold(text).text
    words = _words(folded)
    quotes: tuple[tuple[str, ...], ...] = ()
    outside = words
    if '"' in folded or "«" in folded:
        found = [_words(match[1] or match[2]) for match in _QUOTATION.finditer(folded)]
        long = sorted((one for one in found if _content(one) >= LEAST_QUOTED), key=len, reverse=True)
        quotes, outside = tuple(long[:MOST_QUOTES]), _words(_QUOTATION.sub(" ", folded))
    bare = " ".join(words) or text.strip()
    return Passage(words, _content(words), quotes, outside, text.rstrip().endswith(_CUT), bare)


def read_keys(passage: Passage, *, watch: str, author: str | None, repost: bool = False) -> Keys:
    """The keys of a post: numbers of 63 bits, the same on every machine, other ones in every watch.

    Two texts that are alike have one in common, very probably; whether they are alike says `is_echo`. The whole text
    and each quotation in it is its pairs of neighbouring words, as hashes in their order; a key is two neighbours
    among the smallest of them: the super-shingles of a min-wise sketch (Broder, Glassman, Manasse, Zweig: Syntactic
    clustering of the Web, 1997). One key more is that of the author with all words.

    Args:
        passage: the post.
        watch: the name of its watch.
        author: who wrote it, as a hash; None if nobody knows.
        repost: whether it says itself that it is one: then its original may be short.
    """
    salt = _salt(watch)
    keep: list[int] = []
    seek: list[int] = []
    if author is not None:
        keep = [_digest(f"{watch}\n{author}\n{passage.bare}")]
        seek = keep[:]
    if passage.content >= LEAST_QUOTED:
        whole = _sketch(passage.words, salt)
        keep += whole
        seek += whole if repost or passage.content >= LEAST_WHOLE else ()
    for quoted in passage.quotes:
        keys = _sketch(quoted, salt)
        keep += keys
        seek += keys
    return Keys(tuple(dict.fromkeys(keep)), tuple(dict.fromkeys(seek)))


def is_echo(new: Passage, old: Passage, *, same_author: bool, repost: bool = False) -> bool:
    """Whether a post is a copy of another one, from which it differs in nothing that the author decides.

    It is if the same author has said the same words before, however few; if it is long enough and nearly the same
    as the other one, holds it or is a piece of it; or if it mainly is a quotation of it, or of what it quotes.
    It is not if the two differ in a negation, a condition, a person or a decision.
    """
    if same_author and new.bare == old.bare:
        return True
    least = LEAST_QUOTED if repost else LEAST_WHOLE
    if min(new.content, old.content) >= least and _is_copy(new.words, old.words, cut=new.cut):
        return True
    if not new.quotes or not _mainly_quotes(new):
        return False
    earlier = (old.words, *old.quotes)
    return any(_is_copy(quoted, one, cut=False) for quoted in new.quotes for one in earlier)


def _words(folded: str) -> tuple[str, ...]:
    if "@" in folded or "/" in folded or "www." in folded:
        folded = _REFERENCE.sub(" ", folded)
    return tuple((_PLAIN_WORD if folded.isascii() else _WORD).findall(folded)[:MOST_WORDS])


def _content(words: Sequence[str]) -> int:
    return len(set(words) - _EMPTY)


def _sketch(words: Sequence[str], salt: int) -> tuple[int, ...]:
    written = " ".join(words).encode()
    # the hash of "one two" is that of " two", begun with that of "one"
    followers = written.replace(b" ", b"\n ").split(b"\n")[1:]
    hashes = sorted(set(map(crc32, followers, map(crc32, written.split(b" ")))))[: KEYS + 1]
    return tuple((one << 31 ^ two ^ salt) & _BITS for one, two in pairwise(hashes))


@lru_cache(maxsize=1_024)
def _salt(watch: str) -> int:
    return _digest(watch)


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


def _mainly_quotes(passage: Passage) -> bool:
    """Whether little is said around the quotations, and nothing of the author's own."""
    if len(passage.outside) > MOST_AROUND * len(passage.words):
        return False
    said = passage.outside if len(passage.outside) < ADDED else passage.outside[:1]  # "…" Cancelling tonight.
    return _OWN.isdisjoint(passage.outside) and not any(word.startswith(_DECIDING) for word in said)


def _is_copy(new: Sequence[str], old: Sequence[str], *, cut: bool) -> bool:
    """Whether two passages share most of their words in pairs of neighbours, and differ in none that turns them."""
    if cut:
        new = new[:-1]  # perhaps half a word
    if new == old:
        return len(new) > 1
    lengths = len(new), len(old)
    in_new, in_old = sum(map(set(old).__contains__, new)), sum(map(set(new).__contains__, old))
    if not _is_most((in_new, in_old), lengths):  # a word whose pair both have is a word that both have: soon asked
        return False
    own, theirs = list(pairwise(new)), list(pairwise(old))
    of_new, of_old = _shared(own, theirs), _shared(theirs, own)
    if not _is_most((_covered(of_new), _covered(of_old)), lengths):
        return False
    return _turns(new, of_new) == _turns(old, of_old, cut=cut)


def _is_most(shared: tuple[int, int], lengths: tuple[int, int]) -> bool:
    """Whether so many words of two passages are most of both, or nearly all of the shorter one."""
    of_shorter = shared[1] / lengths[1] if lengths[1] < lengths[0] else shared[0] / max(lengths[0], 1)
    return 0 not in shared and (sum(shared) / sum(lengths) >= ALIKE or of_shorter >= CONTAINED)


def _shared(pairs: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> bytes:
    """For each pair 1 if it is in the others too, as often as it is there; else 0."""
    there = set(others)
    if len(there) == len(others) and len(set(pairs)) == len(pairs):  # nothing is said twice
        return bytes(map(there.__contains__, pairs))
    left = Counter(others)
    shared = bytearray()
    for pair in pairs:
        shared.append(left[pair] > 0)
        left[pair] -= 1
    return bytes(shared)


def _covered(shared: bytes) -> int:
    """How many words stand in shared pairs: one for each of these, and one more for each row of them."""
    return shared.count(1) + shared.count(b"\0\1") + shared.startswith(b"\1")


def _turns(words: Sequence[str], pairs: bytes, *, cut: bool = False) -> list[str]:
    """The words that only this passage has and that turn what it says; a headline before or after it does not.

    What follows is left out too where the other passage was `cut` off.
    """
    if 0 not in pairs:
        return []
    shared = [before or after for before, after in pairwise((0, *pairs, 0))]
    first, last = pairs.index(1), pairs.rindex(1) + 2
    headed = _is_headline(words[:first]) and not any(map(_is_turn, words[first - 2 : first]))
    start = first if headed else 0
    end = last if cut or _is_headline(words[last:]) else len(words)
    return [words[place] for place in range(start, end) if not shared[place] and _is_turn_at(words, place)]


def _is_headline(words: Sequence[str]) -> bool:
    return len(words) >= ADDED and _OWN.isdisjoint(words) and _CONTRARY.isdisjoint(words)


def _is_turn_at(words: Sequence[str], place: int) -> bool:
    """Whether a word turns a sentence, by itself or because it stands right before a decision."""
    return _is_turn(words[place]) or any(word.startswith(_DECIDING) for word in words[place + 1 : place + 3])


def _is_turn(word: str) -> bool:
    return word in _TURNING or word.endswith("'t") or word.startswith(_DECIDING)
