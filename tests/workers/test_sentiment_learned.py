"""What is learned: it can be made anew, and it stays a correction."""

import pytest

from workers.evidence import Sentiment
from workers.sentiment import embeddings, judge, label_of, score
from workers.sentiment.learned import LABELS, learned, marks_of, probabilities, start_of
from workers.training import sentiment as training


def _example(label: str, *features: str) -> training.Example:
    return training.Example(LABELS.index(label), 0.0, start_of(0.0), list(features))


def test_a_frequent_word_is_learned_and_a_rare_one_is_not() -> None:
    complaints = [_example("negative", "kettle", f"rare{number}") for number in range(20)]
    facts = [_example("neutral", "lamp") for _ in range(20)]
    praise = [_example("positive", "candle") for _ in range(20)]
    weights = training.learn([*complaints, *facts, *praise])
    assert set(weights) == {"kettle", "lamp", "candle"}
    assert weights["kettle"][0] > 0 > weights["kettle"][1]


def test_recall_and_f1_are_averaged_over_the_labels() -> None:
    assert training.macro([0, 1, 2], [0, 1, 2]) == (100.0, 100.0)
    assert training.macro([0, 0, 1, 2], [1, 1, 1, 2])[0] == pytest.approx(200 / 3)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_sentences_are_labelled_and_many(lang: str) -> None:
    rows = training.read_rows(lang)
    assert len(rows) > 1_000
    assert {row["label"] for row in rows} == set(LABELS)
    assert all(row["text"].strip() for row in rows)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_was_learned_is_a_correction_not_the_judge(lang: str) -> None:
    assert max(abs(one) for one in learned(lang).values()) < 3
    assert start_of(0.9).imag > 2


def test_probabilities_sum_to_one_and_survive_large_numbers() -> None:
    assert sum(probabilities(complex(2, -1))) == pytest.approx(1)
    assert probabilities(complex(2_000, -2_000)) == (1.0, 0.0, 0.0)


def test_marks_are_found() -> None:
    assert marks_of("what?! no...") == ["!", "?", ".."]


@pytest.mark.parametrize("leaning", [complex(1, -1), complex(-1, 1), complex(-1, -1), complex(0, 0), complex(2, 2)])
@pytest.mark.parametrize("compound", [-0.9, -0.05, 0.0, 0.05, 0.9])
def test_a_judgement_has_the_sign_of_its_label(leaning: complex, compound: float) -> None:
    sentiment = judge(leaning, compound)
    assert label_of(sentiment.compound) == sentiment.label


def _vectors(monkeypatch: pytest.MonkeyPatch, towards: float) -> list[str]:
    negative, positive, _ = embeddings._head()
    asked: list[str] = []

    def embed(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return [[towards * (good - bad) for bad, good in zip(negative, positive, strict=True)] for _ in texts]

    monkeypatch.setattr(embeddings, "embed", embed)
    return asked


def test_only_undecided_posts_of_known_languages_are_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _vectors(monkeypatch, 0.0)
    texts, langs = ["my phone again", "I hate this horrible awful place", "mein Telefon"], ["en", "en", "de"]
    base = [score(text, lang) for text, lang in zip(texts, langs, strict=True)]
    refined = embeddings.refine(texts, langs, base)
    assert asked == ["my phone again"]
    assert refined[1:] == base[1:]


@pytest.mark.parametrize(("towards", "label"), [(1.0, "positive"), (-1.0, "negative")])
def test_an_undecided_post_follows_its_embedding(monkeypatch: pytest.MonkeyPatch, towards: float, label: str) -> None:
    _vectors(monkeypatch, towards)
    (refined,) = embeddings.refine(["my phone again"], ["en"], [Sentiment("neutral", 0.0)])
    assert refined.label == label
    assert label_of(refined.compound) == label


@pytest.mark.skipif(not embeddings.available(), reason="the optional package is not installed")
def test_the_real_model_tells_praise_from_complaint() -> None:
    texts = ["my sister got the job, we are dancing in the kitchen", "the driver drove past us in the rain"]
    base = [score(text, "en") for text in texts]
    assert [one.label for one in embeddings.refine(texts, ["en", "en"], base)] == ["positive", "negative"]
