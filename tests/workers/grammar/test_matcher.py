"""What a rule finds, by its regular expression and by its pieces one after the other: the same."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

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


def row(parts: tuple[Node, ...], letters: str, at: int, language: Language) -> Iterator[int]:
    if not parts:
        yield at
        return
    for end in ends(parts[0], letters, at, language):
        yield from row(parts[1:], letters, end, language)


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
        yield last  # a name is taken whole


WORDS = ["one", "two*", "three", "four", "five", "six", "seven", "eight", "nine"]
PIECES = [*WORDS, *WORDS, "<kind>", "<other>", "<!kind>", "<!kind|other>", "SERVICE", "MENTION", "DOT", ".", ","]


def piece(chance: random.Random, depth: int) -> str:
    """A piece of a rule, made at random."""
    if depth == 0:
        return chance.choice(PIECES)
    one, two, three = (piece(chance, chance.randrange(depth)) for _ in range(3))
    words = " | ".join(chance.sample(WORDS, 4))
    forms = [f"{one} {two}", f"( {words} | {one} | {two} | {three} )", f"( {one} | {words} )", f"( {one} )?"]
    forms += [
        f"( SERVICE one | {words} ){{1,3}} {one}",
        f"(?! {one} ) {two}",
        f"{one} (?= {two} )",
        f"(?<! two* | <kind> ) {one}",
    ]
    return chance.choice([*forms, f"^ {one}", f"{one} $"])


FILES: dict[str, dict[str, Any]] = {
    "language": {"markers": "a", "calls": "a"},
    "words": {"classes": {
        "function": "the a", "starter": "and", "kind": "one four five six seven eight", "other": "six three nine",
    }},
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_an_expression_finds_what_its_pieces_find(seed: int) -> None:
    chance = random.Random(seed)
    met = 0
    for _ in range(60):
        pattern = f"lead ( {piece(chance, 4)} )"
        language = build("x", {**FILES, "intent": {"rules": [{"id": "x", "value": "cancelled", "pattern": pattern}]}})
        (way,) = language.gates.things
        spoken_of = [language.letter(one.rstrip("*")) for one in WORDS if one in pattern]
        known = [language.letter("and"), *ENDS, SERVICE, SILENT, "@", *3 * spoken_of]
        for _ in range(60):
            letters = language.letter("lead") + "".join(chance.choices(known, k=chance.randrange(6)))
            found = way.pattern.search(letters)
            expected = next(ends(way.pattern.node, letters, 0, language), None)
            assert (found.end() if found else None) == expected, (pattern, letters)
            met += found is not None
    assert met > 200, "else nothing was shown"


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_set_of_letters_is_the_letters_that_it_was_made_of(code: str) -> None:
    letters = sorted(load_language(code).letters.values())
    assert list(each(letters_in(letters))) == letters
    assert list(each(letters_in(""))) == []
