"""What is learned of leaving: it finds what no rule does, says why, and can be made anew."""

import math
from collections.abc import Iterable

import pytest

from uproar.buckets import CANCEL_STAGES
from workers.grammar import Reading, read, tokenise
from workers.grammar.loading import load_language
from workers.intent.leaving import BASE, PACKAGE, SURE, WEIGHTS, Leaving, leaving, parts_of
from workers.intent.reading import read_by_rules
from workers.reaction import Scorer
from workers.tables import read_table
from workers.training import leaving as training
from workers.training.intent import LEARNED, UNSEEN, sentences
from workers.training.regression import Row, fit

SCORER = Scorer()

FOUND = [
    ("en", "Hulu", "Might be the push we needed to drop it"),
    ("en", "Twitter", "So long. I'm over at Bluesky from tomorrow"),
    ("fr", "Clinéo", "Le jour du rachat je prends mon dossier et je vais voir un autre médecin"),
    ("fr", "Twitter", "Je ne suis plus là à partir de lundi, retrouvez-moi sur Mastodon"),
]

NOT_FOUND = [
    ("en", "Hulu", "Might be the best show of the year"),
    ("en", "Twitter", "So long ago that I joined here"),
    ("fr", "Clinéo", "Le jour du rachat je prends des vacances et je vais voir la mer"),
    ("fr", "Twitter", "Je suis là à partir de lundi, suivez-moi"),
]


def _reading(lang: str, target: str, text: str) -> Reading:
    return read(tokenise(text), lang, (target,))[0]


def _known(lang: str) -> Leaving:
    known = leaving(lang)
    assert known is not None
    return known


@pytest.mark.parametrize(("lang", "target", "text"), FOUND)
def test_a_leaving_that_no_rule_knows_is_found_and_says_which_words_decided(lang: str, target: str, text: str) -> None:
    assert read_by_rules([_reading(lang, target, text)]) is None
    intent = SCORER.react(text, lang_claim=lang, target=target).intent
    (why,) = intent.evidence
    assert intent.stage in CANCEL_STAGES
    assert 0.5 < intent.score < 1
    assert (why.rule, why.text) == (f"{lang}.learned", text[why.start : why.end])
    assert why.text


@pytest.mark.parametrize(("lang", "target", "text"), NOT_FOUND)
def test_what_only_sounds_like_it_is_not(lang: str, target: str, text: str) -> None:
    assert not SCORER.react(text, lang_claim=lang, target=target).intent.cancel


def test_a_repost_of_one_is_a_report() -> None:
    lang, target, text = FOUND[0]
    assert SCORER.react(f"RT @someone: {text}", lang_claim=lang, target=target).intent.stage == "reported"


def test_an_answer_can_agree_with_one() -> None:
    lang, target, text = FOUND[0]
    assert SCORER.react("Same here.", parent=text, lang_claim=lang, target=target).intent.cancel


def test_a_language_of_which_nothing_was_learned_is_read_by_rules_alone() -> None:
    assert leaving("tlh") is None


def test_the_likelihood_is_that_of_a_logistic_regression_over_words_and_pairs() -> None:
    known = _known("en")
    letters = _reading("en", "One Medical", "One Medical? We might drop it.").letters
    features = [feature for part in parts_of(letters) for feature in known.features(part)]
    weights = {row["words"]: float(row["leaving"]) for row in read_table(PACKAGE, "en", WEIGHTS)}
    weight = sum(weights.get(feature, 0.0) for feature in features) / math.sqrt(len(features))
    assert known.likelihood(letters) == pytest.approx(1 / (1 + math.exp(-BASE - weight)))


def test_a_post_of_which_nothing_is_known_is_no_leaving() -> None:
    for code in ("en", "fr"):
        assert _known(code).likelihood("") < SURE / 2


def test_what_decided_lies_within_one_sentence() -> None:
    known = _known("en")
    letters = _reading("en", "Hulu", "Might be the push we needed to drop it. Nice weather. We might drop it.").letters
    start, end = known.strongest(letters)
    assert 0 <= start < end
    assert "." not in letters[start:end]


def test_which_company_it_is_teaches_nothing() -> None:
    language = load_language("en")
    assert {known for name in ("google", "amazon") for known in _known("en").features(language.letter(name))} == {
        "<brand>"
    }


def test_weights_are_those_of_the_least_loss() -> None:
    # three of four rows with the one feature are of the second label: without a penalty its logit is log(3)
    rows = [Row(label, [0]) for label in (1, 1, 1, 0)]
    ((weight,),) = fit(rows, 1, 2, penalty=0.0, steps=200, pace=1.0)
    assert weight == pytest.approx(math.log(3), abs=1e-3)
    ((drawn,),) = fit(rows, 1, 2, penalty=1.0, steps=200, pace=1.0)
    assert 0 < drawn < weight


def test_a_fixed_start_leaves_less_to_learn() -> None:
    rows = [Row(label, [0], start=(1.0,)) for label in (1, 1, 1, 0)]
    ((weight,),) = fit(rows, 1, 2, penalty=0.0, steps=200, pace=1.0)
    assert weight == pytest.approx(math.log(3) - 1, abs=1e-3)


def test_what_tells_a_leaving_and_its_stage_is_learned_from_examples() -> None:
    language = load_language("en")
    examples = list(_examples({"cancelled": "dropped it", "considering": "might drop it", None: "love it"}))
    weights, stages = training.learn(language, examples)
    known = Leaving(
        language, {one: own[0] for one, own in weights.items()}, {one: (*own,) for one, own in stages.items()}
    )
    dropped, might, love = (_reading("en", "Hulu", text).letters for text in ("dropped it", "might drop it", "love it"))
    assert min(known.likelihood(dropped), known.likelihood(might)) > 0.5 > known.likelihood(love)
    assert (known.stage(dropped), known.stage(might)) == ("cancelled", "considering")


def test_nothing_is_learned_from_the_sentences_that_tell_how_well_it_does() -> None:
    apart = {(one.lang, one.text) for one in sentences() if one.set not in LEARNED}
    assert any(one.set == UNSEEN for one in sentences())
    for code in ("en", "fr"):
        learned_from = {one.text for one in sentences() if one.lang == code and one.set in LEARNED}
        background = {row["text"] for row in training.background(code)}
        assert not apart & {(code, text) for text in learned_from | background}


def _examples(texts: dict[str | None, str]) -> Iterable[training.Example]:
    for stage, text in texts.items():
        yield from [training.Example(_reading("en", "Hulu", text).letters, stage)] * 20
