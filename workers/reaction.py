"""What the workers make of one post: the door to the pure modules, the same for service, command and evaluation."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from uproar.errors import UproarError
from uproar.watch import Service, Watch
from workers import language, sentiment
from workers.concerns import compile_concerns
from workers.echo import is_voice
from workers.evidence import Evidence, Intent, Sentiment
from workers.folding import fold
from workers.grammar import LANGUAGES, Reading, Tokenised, other_languages, tokenise
from workers.grammar.reader import reader
from workers.hints import Hints, numbers_of
from workers.intent import read_intent
from workers.sentiment.embeddings import PACKAGE, available, refine
from workers.sentiment.tidying import tidy
from workers.speaker import ARTICLES, may_stand, phrases_of, read_speaker
from workers.stance import read_stance
from workers.vocabulary import Entry, Vocabulary

MOST_VOCABULARIES = 32  # of a language and a target, that are remembered
AT_ONCE = 32  # posts; asked together they cost less than one by one, and more at once gain nothing
MODEL_VERSION = "10"  # goes up whenever the same post could be scored differently

__all__ = ["AT_ONCE", "MODEL_VERSION", "Asked", "Evidence", "Intent", "Reaction", "Scorer", "Sentiment"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What was made of a post; `evidence` is that of intent, stance, concerns and speaker, in the order of the text."""

    lang: str
    sentiment: Sentiment
    intent: Intent
    stance: str
    concerns: tuple[str, ...]
    speaker: str
    evidence: tuple[Evidence, ...]
    voice: bool


class Asked(NamedTuple):
    """A post that a reaction is asked for.

    Attributes:
        text: the post.
        lang_claim: the language that the platform says.
        target: the service in question; without it, every service of the watch is.
        parent: the text that the post replies to.
        repost: whether the platform says that this is a repost.
        platform: where it was published.
    """

    text: str
    lang_claim: str | None = None
    target: str | None = None
    parent: str | None = None
    repost: bool = False
    platform: str | None = None


class _Phrased(NamedTuple):
    """What single phrases of a post tell."""

    speaker: str
    speaker_evidence: tuple[Evidence, ...]
    concerns: tuple[str, ...]
    concern_evidence: tuple[Evidence, ...]


_NOTHING = _Phrased("other", (), (), ())


class NotInstalledError(UproarError):
    """An optional package is asked for and not there; says how to install it."""


class Scorer:
    """Scores posts for one watch, or for none: then there are no concerns, and a target has no other names.

    `embeddings`: posts that the rules of sentiment are unsure of get a second look.

    Raises:
        NotInstalledError: embeddings are asked for, and the optional package is not installed.
    """

    def __init__(self, watch: Watch | None = None, *, embeddings: bool = False) -> None:
        if embeddings and not available():
            raise NotInstalledError(
                f"UPROAR_EMBEDDINGS is on, but the package {PACKAGE} is not installed. Run: make embeddings"
            )
        self._embeddings = embeddings
        services = tuple(_names(service) for service in (watch.services if watch else ()))
        self._names = tuple(name for names in services for name in names)
        self._names_by_name = {fold(name).text: names for names in services for name in names}
        self._deal = tuple(dict.fromkeys((*(watch.names if watch else ()), *self._names)))
        self._concerns = compile_concerns(watch.concerns if watch else ())
        self._vocabularies: dict[tuple[str, str | None], Vocabulary] = {}

    def react(
        self,
        text: str,
        *,
        lang_claim: str | None = None,
        target: str | None = None,
        parent: str | None = None,
        repost: bool = False,
        platform: str | None = None,
    ) -> Reaction:
        """Score one post; the arguments are the fields of `Asked`."""
        (reaction,) = self.react_all([Asked(text, lang_claim, target, parent, repost, platform)])
        return reaction

    def react_all(self, posts: Sequence[Asked]) -> list[Reaction]:
        """Score some posts, in their order.

        Each question is asked of all posts before the next one is: what it takes to answer it stays at hand in the
        processor's caches. `AT_ONCE` posts are enough for that.
        """
        cut = [tokenise(post.text) for post in posts]
        langs = [language.detect(post.text, post.lang_claim) for post in posts]
        known = [self._vocabulary(lang, post.target) for lang, post in zip(langs, posts, strict=True)]
        seen = [own.look_up(one.chunks) for own, one in zip(known, cut, strict=True)]
        readings = list(map(_readings, cut, langs, known, seen))
        intents = [read_intent(own, parent=post.parent) for own, post in zip(readings, posts, strict=True)]
        stances = list(map(read_stance, readings))
        tones = list(map(self._tone, cut, langs, known, seen))
        phrased = list(map(self._by_phrases, posts, cut, langs, known, seen))
        return [
            _reaction(post, found, lang=lang, intent=intent, stance=stance, tone=tone)
            for post, found, lang, intent, stance, tone in zip(
                posts, phrased, langs, intents, stances, tones, strict=True
            )
        ]

    def _by_phrases(self, post: Asked, cut: Tokenised, lang: str, known: Vocabulary, seen: Sequence[Entry]) -> _Phrased:
        """What is told by single phrases: concerns and speaker."""
        numbers = numbers_of([entry.hint for entry in seen if entry.hint])
        if not numbers and post.platform not in ARTICLES:
            return _NOTHING
        own = bisect_left(numbers, len(self._concerns.written))
        names, platform = known.reader.names, post.platform
        speaker = read_speaker(cut, hinted=own < len(numbers), platform=platform, names=names)
        return _Phrased(*speaker, *self._concerns.find(cut, lang, numbers[:own]))

    def _tone(self, tokenised: Tokenised, lang: str, known: Vocabulary, seen: Sequence[Entry]) -> Sentiment:
        text = tokenised.text
        if lang in LANGUAGES and tokenised.plain and tidy(text) == text:
            tone = sentiment.score_words([*chain.from_iterable([entry.words for entry in seen])], text, known.tone)
        else:
            tone = sentiment.score(text, lang, known.neutral)
        if self._embeddings:
            (tone,) = refine([text], [lang], [tone], known.neutral)
        return tone

    def _vocabulary(self, lang: str, target: str | None) -> Vocabulary:
        lang = lang if lang in LANGUAGES else LANGUAGES[0]
        known = self._vocabularies.get((lang, target))
        if known is None:
            if len(self._vocabularies) >= MOST_VOCABULARIES:
                self._vocabularies.clear()
            names = self._names_of(target)
            hints = Hints([*self._concerns.written, *phrases_of(names)])
            neutral = self._deal if target is None else (*self._deal, target)
            known = self._vocabularies[lang, target] = Vocabulary(reader(lang, names), hints, neutral)
        return known

    def _names_of(self, target: str | None) -> tuple[str, ...]:
        """All names of the target's service; a target that the watch does not know has only its own."""
        return self._names if target is None else self._names_by_name.get(fold(target).text, (target,))


def _readings(cut: Tokenised, lang: str, known: Vocabulary, seen: Sequence[Entry]) -> list[Reading]:
    """A post as read by the languages that it is written in, its own first; in another one, by all that there are."""
    others = other_languages(cut.chunks, lang) if lang in LANGUAGES else LANGUAGES[1:]
    return [
        Reading(cut, known.reader, [entry.key for entry in seen]),
        *[Reading(cut, reader(code, known.reader.names)) for code in others],
    ]


def _reaction(
    post: Asked,
    phrased: _Phrased,
    *,
    lang: str,
    intent: Intent,
    stance: tuple[str, tuple[Evidence, ...]],
    tone: Sentiment,
) -> Reaction:
    """All answers about a post put together."""
    if not may_stand(intent.stage, phrased.speaker):
        intent = Intent("reported" if intent.cancel else "none", 0.0, intent.evidence)
    evidence = (*intent.evidence, *stance[1], *phrased.concern_evidence, *phrased.speaker_evidence)
    return Reaction(
        lang=lang,
        sentiment=tone,
        intent=intent,
        stance=stance[0],
        concerns=phrased.concerns,
        speaker=phrased.speaker,
        evidence=tuple(sorted(evidence, key=_place)) if len(evidence) > 1 else evidence,
        voice=is_voice(post.text, post.repost),
    )


def _place(evidence: Evidence) -> tuple[int, int]:
    return evidence.start, evidence.end


def _names(service: Service) -> tuple[str, ...]:
    """Name, aliases and handles; hashtags are for searching: one may well say "cancel"."""
    return tuple(dict.fromkeys((service.name, *service.aliases, *service.handles)))
