"""The language that rules are written in."""

import pytest

from workers.grammar.patterns import BadPatternError, Node, alternatives, parse, terms


def test_a_rule_is_read_into_its_pieces() -> None:
    node = parse("<who> will? ( go | leave now ) (?! not)")
    assert node.kind == "sequence"
    assert [part.kind for part in node.parts] == ["name", "repeat", "choice", "look"]
    assert terms([node]) == {("name", "who")} | {("word", word) for word in ("will", "go", "leave", "now", "not")}


def test_line_breaks_and_blanks_do_not_matter() -> None:
    assert parse("go\n  ( now|then )") == parse("go (now | then)")


def test_the_alternatives_at_the_top_are_told_apart() -> None:
    assert [terms([one]) for one in alternatives(parse("( a b | c ) | d"))] == [
        {("word", "a"), ("word", "b")},
        {("word", "c")},
        {("word", "d")},
    ]


def test_a_macro_takes_the_place_of_its_name() -> None:
    meaning = {"go": parse("walk | run")}
    assert parse("i <go>", meaning.get) == Node("sequence", parts=(parse("i"), meaning["go"]))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("( a | b", "not closed"),
        ("a ) b", "bracket too many"),
        ("? a", "nothing to repeat"),
        ("a{0,99}", "at most 12"),
        ("a{3,1}", "at most 12"),
        ("a*b < c", "cannot read '< c'"),
        ("a {1,} b", "cannot read"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(BadPatternError, match=reason):
        parse(pattern)
