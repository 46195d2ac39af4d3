"""Why people are upset, by the watch's own words."""

from uproar.watch import Concern
from workers.concerns import ConcernWords, compile_concerns
from workers.evidence import Evidence
from workers.grammar import tokenise
from workers.hints import Hints

WORDS = compile_concerns(
    (
        Concern(name="privacy", words={"en": ("data", "medical record*"), "fr": ("données", "vie privée")}),
        Concern(name="monitoring", words={"en": ("Eavesbox", "microphone*"), "fr": ("mouchard*",)}),
    )
)


def find(text: str, lang: str, words: ConcernWords = WORDS) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    tokenised = tokenise(text)
    return words.find(tokenised, lang, Hints(words.written).of(tokenised.chunks))


def test_a_word_is_found_whatever_its_case_and_accents() -> None:
    names, evidence = find("Mes DONNEES sont à moi", "fr")
    assert names == ("privacy",)
    assert [(one.text, one.rule) for one in evidence] == [("DONNEES", "concern.privacy")]


def test_only_whole_words_count_unless_a_star_stands_for_the_ending() -> None:
    assert find("The database is down", "en")[0] == ()
    assert find("Who reads my medical records?", "en")[0] == ("privacy",)


def test_concerns_come_in_the_order_of_the_watch_and_evidence_in_that_of_the_text() -> None:
    post = "Microphones today, my data tomorrow"
    names, evidence = find(post, "en")
    assert names == ("privacy", "monitoring")
    assert [one.text for one in evidence] == ["Microphones", "data"]
    assert all(post[one.start : one.end] == one.text for one in evidence)


def test_words_of_the_other_language_do_not_count_but_proper_names_do() -> None:
    assert find("les data du cabinet", "fr")[0] == ()
    assert find("une Eavesbox dans le salon", "fr")[0] == ("monitoring",)


def test_all_words_are_tried_where_the_language_has_no_list() -> None:
    assert find("meine data, ein mouchard", "de")[0] == ("privacy", "monitoring")
    assert find("data", "und")[0] == ("privacy",)


def test_a_watch_without_concerns_finds_none() -> None:
    assert find("data", "en", compile_concerns(())) == ((), ())


def test_signs_in_a_word_stand_for_themselves() -> None:
    odd = compile_concerns((Concern(name="odd", words={"en": ("a.b", "c(d")}),))
    assert find("axb", "en", odd)[0] == ()
    assert find("see a.b here", "en", odd)[0] == ("odd",)
