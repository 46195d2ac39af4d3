"""What the workers make of one post: the door to the pure modules, the same for service, command and evaluation."""

from bisect import bisect_left
from dataclasses import dataclass

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
from workers.speaker import may_stand, phrases_of, read_speaker
from workers.stance import read_stance
from workers.vocabulary import Columns, Vocabulary

MOST_VOCABULARIES = 32  # of a language and a target, that are remembered
MODEL_VERSION = "2"  # goes up whenever the same post could be scored differently

__all__ = ["MODEL_VERSION", "Evidence", "Intent", "Reaction", "Scorer", "Sentiment"]


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
        """Score one post.

        Args:
            text: the post.
            lang_claim: the language that the platform says.
            target: the service in question; without it, every service of the watch is.
            parent: the text that the post replies to.
            repost: whether the platform says that this is a repost.
            platform: where it was published.
        """
        tokenised = tokenise(text)
        lang = language.detect(text, lang_claim)
        known = self._vocabulary(lang if lang in LANGUAGES else LANGUAGES[0], target)
        names, seen = known.reader.names, known.look_up(tokenised.chunks)
        ways = known.reader.language.gates.passed(seen.inside, seen.after, seen.before, seen.needs)
        others = other_languages(tokenised.chunks, lang) if lang in LANGUAGES else LANGUAGES[1:]
        readings = [Reading(tokenised, known.reader, ways)]
        readings += [Reading(tokenised, reader(code, names)) for code in others]
        intent = read_intent(readings, parent=parent)
        numbers = numbers_of(seen.longest, seen.second)
        own = bisect_left(numbers, len(self._concerns.written))
        speaker, speaker_evidence = read_speaker(tokenised, hinted=own < len(numbers), platform=platform, names=names)
        if not may_stand(intent.stage, speaker):
            intent = Intent("reported" if intent.cancel else "none", 0.0, intent.evidence)
        stance, stance_evidence = read_stance(readings)
        concerns, concern_evidence = self._concerns.find(tokenised, lang, numbers[:own])
        evidence = (*intent.evidence, *stance_evidence, *concern_evidence, *speaker_evidence)
        tone = self._tone(tokenised, lang, known, seen)
        if self._embeddings:
            (tone,) = refine([text], [lang], [tone], known.neutral)
        return Reaction(
            lang=lang,
            sentiment=tone,
            intent=intent,
            stance=stance,
            concerns=concerns,
            speaker=speaker,
            evidence=tuple(sorted(evidence, key=_place)) if len(evidence) > 1 else evidence,
            voice=is_voice(text, repost),
        )

    def _tone(self, tokenised: Tokenised, lang: str, known: Vocabulary, seen: Columns) -> Sentiment:
        text = tokenised.text
        if lang in LANGUAGES and tokenised.plain and tidy(text) == text:
            return sentiment.score_words(known.words(seen), text, known.tone)
        return sentiment.score(text, lang, known.neutral)

    def _vocabulary(self, lang: str, target: str | None) -> Vocabulary:
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


def _place(evidence: Evidence) -> tuple[int, int]:
    return evidence.start, evidence.end


def _names(service: Service) -> tuple[str, ...]:
    """Name, aliases and handles; hashtags are for searching: one may well say "cancel"."""
    return tuple(dict.fromkeys((service.name, *service.aliases, *service.handles)))
