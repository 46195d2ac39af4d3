"""Sets of letters as whole numbers with one bit a code point: joined and compared at once, however large they are."""

from collections.abc import Iterable, Iterator

Letters = int
NOTHING: Letters = 0


def letters_in(text: Iterable[str]) -> Letters:
    """The set of these letters."""
    found = NOTHING
    for letter in text:
        found |= 1 << ord(letter)
    return found


def each(letters: Letters) -> Iterator[str]:
    """The letters of a set, in the order of their code points."""
    bits = bin(letters)[:1:-1]
    place = bits.find("1")
    while place >= 0:
        yield chr(place)
        place = bits.find("1", place + 1)
