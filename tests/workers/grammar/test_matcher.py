"""What a rule finds, by its regular expression and by its pieces one after the other: the same."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.grammar.language import ENDS, SERVICE, SILENT, Language
from workers.grammar.letters import each, letters_in
from workers.grammar.loading import LANGUAGES, build, load_language
from workers.grammar.patterns import Node

MOST_SILENT = 8


def ends(node: Node, letters: str, at: int, language: Language) -> Iterator[int]:
    """Where a piece of a rule may end that begins at a place, in the order in which these are tried."""
    match node.kind:
        case "sequence":
            yield from row(node.parts, letters, at, language)
        case "choice":
            for part in node.parts:
                yield from ends(part, letters, at, language)
        case "repeat":
            yield from times(node, letters, at, language, done=0)
        case "look":
            yield from [at] if looks(node, letters, at, language) else []
        case "sign" if node.value in "^$":
            yield from [at] if borders(node.value, letters, at, language) else []
        case _:
            yield from word(node, letters, at, language)


def row(parts: Iterable[Node], letters: str, at: int, language: Language) -> Iterator[int]:
    first, *others = [*parts, None]
    if first is None:
        yield at
        return
    for end in ends(first, letters, at, language):
        yield from row([one for one in others if one is not None], letters, end, language)


def times(node: Node, letters: str, at: int, language: Language, *, done: int) -> Iterator[int]:
    low, high = node.bounds
    if done < high:
        for end in ends(node.parts[0], letters, at, language):
            if end > at or done < low:
                yield from times(node, letters, end, language, done=done + 1)
    if done >= low:
        yield at


def looks(node: Node, letters: str, at: int, language: Language) -> bool:
    start = at - 1 if node.value == "(?<!" else at
    met = start >= 0 and any(True for _ in ends(node.parts[0], letters, start, language))
    return met == (node.value == "(?=")


def borders(sign: str, letters: str, at: int, language: Language) -> bool:
    if sign == "$":
        return at == len(letters) or letters[at] in ENDS
    return at == 0 or letters[at - 1] in {*ENDS, *each(language.letters_of("name", "starter"))}


def word(node: Node, letters: str, at: int, language: Language) -> Iterator[int]:
    if at == len(letters):
        return
    if node.kind == "name" and node.value.startswith("!"):
        others = {letter for one in node.value[1:].split("|") for letter in each(language.letters_of("name", one))}
        fits = letters[at] not in others and letters[at] not in ENDS
    elif node.kind == "sign" and node.value == ".":
        fits = letters[at] not in ENDS
    else:
        fits = letters[at] in each(language.letters_of(node.kind, node.value))
    if fits:
        last = at + 1
        while node.value == "SERVICE" and last - at <= MOST_SILENT and letters[last : last + 1] == SILENT:
            last += 1
        yield from range(last, at, -1)


PIECES = [
    "one",
    "two*",
    "three",
    "<kind>",
    "<other>",
    "<!kind>",
    "<!kind|other>",
    "SERVICE",
    "MENTION",
    "DOT",
    ".",
    ",",
    "one",
    "two",
    "three",
    "four",
]
NESTED = st.recursive(
    st.sampled_from(PIECES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=5).map(lambda some: f"( {' | '.join(some)} )"),
        st.tuples(inner, st.sampled_from(["?", "{0,2}", "{1,3}"])).map(lambda two: f"( {two[0]} ){two[1]}"),
        st.tuples(st.sampled_from(["?!", "?="]), inner).map(lambda two: f"({two[0]} {two[1]} )"),
        inner.map(lambda one: f"(?<! one | <kind> ) {one}"),
        inner.map(lambda one: f"^ {one} $"),
    ),
    max_leaves=12,
)
WORDS = {"language": {"markers": "a", "calls": "a"}, "words": {"classes": {
    "function": "the a", "starter": "and", "kind": "one four five six seven eight", "other": "six three nine",
}}}  # fmt: skip


@given(NESTED, st.lists(st.integers(0, 30), max_size=8))
def test_an_expression_finds_what_its_pieces_find(pattern: str, numbers: list[int]) -> None:
    rule = {"id": "x.rule", "value": "cancelled", "pattern": f"lead ( {pattern} )"}
    language = build("x", {**WORDS, "intent": {"rules": [rule]}})
    known = sorted({*language.letters.values(), *ENDS, SERVICE, SILENT, "@"})
    lead = language.letter("lead")
    letters = lead + "".join(known[number % len(known)] for number in numbers)
    (way,) = language.gates.things
    found = way.pattern.search(letters)
    expected = next(ends(way.pattern.node, letters, 0, language), None)
    assert (found.end() if found and found.start() == 0 else None) == expected


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_set_of_letters_is_the_letters_that_it_was_made_of(code: str) -> None:
    letters = sorted(load_language(code).letters.values())
    assert list(each(letters_in(letters))) == letters
    assert list(each(letters_in(""))) == []
