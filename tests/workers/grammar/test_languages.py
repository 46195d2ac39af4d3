"""What holds for the rules of every language."""

import random
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uproar.buckets import STAGES
from workers.grammar import LANGUAGES, read, tokenise
from workers.grammar.language import Language, Way
from workers.grammar.loading import build, load_language, make_language
from workers.grammar.matcher import Matcher
from workers.grammar.patterns import BadPatternError, Node, terms
from workers.grammar.reader import Reader
from workers.grammar.reading import Reading
from workers.intent import read_intent
from workers.stance import read_stance

VALUES = {"intent": STAGES, "stance": ("against", "for")}
MILLISECONDS_A_KILOBYTE = 50


def ways(language: Language) -> list[Way]:
    return language.gates.things


def matchers(language: Language) -> list[Matcher]:
    rules = {way.rule.id: way.rule for way in ways(language)}.values()
    conditions = [one for rule in rules for one in (rule.unless, rule.unless_sentence, rule.unless_post) if one]
    return [*(way.pattern for way in ways(language)), *conditions]


def test_english_and_french_are_known() -> None:
    assert {"en", "fr"} <= set(LANGUAGES)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_has_a_known_value_and_an_id_that_names_its_language(code: str) -> None:
    for way in [way for way in ways(load_language(code)) if "." not in way.topic]:
        assert way.rule.value in VALUES[way.topic]
        assert code in way.rule.id.split(".")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_compiles_and_repeats_nothing_without_a_bound(code: str) -> None:
    for matcher in matchers(load_language(code)):
        plain = re.sub(r"\[[^\]]*\]", "x", matcher.regex).replace("}+", "}")  # possessive: it takes nothing back
        assert not re.search(r"[*+]|\{\d+,\}", plain)


def vocabulary(language: Language, node: Node, chance: random.Random) -> list[str]:
    """Words that a rule speaks of: they bring it farthest."""
    words = [value.rstrip("*") for kind, value in sorted(terms([node])) if kind == "word"]
    for kind, value in sorted(terms([node])):
        members = sorted(word for word, classes in language.known.items() if value in classes)
        if kind == "name" and members:
            words.append(chance.choice(members))
    return words or ["One"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_of_a_rules_own_words_takes_long(code: str) -> None:
    language = make_language(code)
    for matcher in (one for each in LANGUAGES for one in matchers(load_language(each))):
        assert matcher.regex  # compiled before the clock runs: posts may mix languages
    chance = random.Random(7)
    slowest = (0.0, "")
    for way in chance.sample(ways(language), 100):
        words = vocabulary(language, way.pattern.node, chance)
        for some in (words, chance.sample(words, min(3, len(words)))):
            text = " ".join(chance.choices(some, k=1_000))[:4_000]
            readings = read(tokenise(text), code, ("One",))
            spent = []
            for _ in range(2):  # the faster of two: the other may have paid for something else
                started = time.process_time()
                read_intent(readings)
                read_stance(readings)
                spent.append((time.process_time() - started) * 1_000 / 4)
                readings = read(tokenise(text), code, ("One",))
            slowest = max(slowest, (min(spent), way.rule.id))
    assert slowest[0] < MILLISECONDS_A_KILOBYTE, slowest


WORDS = sorted(set[str]().union(*(load_language(code).known for code in LANGUAGES)))


@given(
    st.lists(
        st.sampled_from([*WORDS, ".", ",", "?", "One", "Medical", "#ByeOne", "d'Orange", "#ByeOrange", '"']),
        max_size=25,
    ),
    st.sampled_from(LANGUAGES),
)
def test_the_gates_keep_nobody_out_who_would_meet_a_rule(words: list[str], code: str) -> None:
    reading = read(tokenise(" ".join(words)), code, ("One Medical", "Orange"))[0]
    reached = {(way.topic, way.rule.id) for way in reading.ways}
    for way in ways(reading.reader.language):
        if way.pattern.search(reading.letters):
            assert (way.topic, way.rule.id) in reached, (way.rule.id, words)


@given(st.text(max_size=300), st.sampled_from([*LANGUAGES, "und"]))
def test_every_reading_of_any_text_has_spans_inside_it(text: str, code: str) -> None:
    for reading in read(tokenise(text), code, ("One Medical", "ß")):
        for place in range(len(reading.letters)):
            one = reading.evidence(place, place + 1, "any")
            assert 0 <= one.start < one.end <= len(text)
            assert one.text == text[one.start : one.end]


SPANISH: dict[str, dict[str, Any]] = {
    "language": {"markers": "yo mi voy", "calls": "boicot"},
    "words": {
        "classes": {"function": "yo mi a", "starter": "y", "leave": "dejar cancelar"},
        "expansions": {"toy": "estoy"},
    },
    "intent": {
        "patterns": dict.fromkeys(("condition", "irony", "agreement", "counterfactual"), "jamás"),
        "rules": [{"id": "es.leave", "value": "cancelling", "pattern": "voy a <leave> (SERVICE | mi cuenta)"}],
    },
}


def test_a_further_language_needs_nothing_but_its_data() -> None:
    reading = Reading(tokenise("¡Y voy a DEJAR Harbor Health!"), Reader(build("es", SPANISH), ("Harbor Health",)))
    intent = read_intent([reading])
    assert (intent.stage, intent.evidence[0].text) == ("cancelling", "voy a DEJAR Harbor Health")


def test_a_rule_that_has_no_word_of_its_own_is_refused() -> None:
    rule = {"id": "es.any", "value": "cancelling", "pattern": ". mi?"}
    with pytest.raises(BadPatternError, match=r"es\.any"):
        build("es", {**SPANISH, "intent": {**SPANISH["intent"], "rules": [rule]}})


def test_a_pattern_that_has_no_word_of_its_own_is_refused() -> None:
    with pytest.raises(BadPatternError, match=r"intent\.irony"):
        build("es", {**SPANISH, "intent": {**SPANISH["intent"], "patterns": {"irony": ". mi?"}}})


def test_a_class_that_does_not_exist_is_named() -> None:
    rule = {"id": "es.any", "value": "cancelling", "pattern": "voy <nowhere>"}
    with pytest.raises(BadPatternError, match="nowhere"):
        build("es", {**SPANISH, "intent": {**SPANISH["intent"], "rules": [rule]}})
