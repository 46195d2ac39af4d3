"""What the workers make of one post: the door to the pure modules, the same for service, command and evaluation."""

from dataclasses import dataclass

from uproar.watch import Service, Watch
from workers import language, sentiment
from workers.concerns import compile_concerns
from workers.echo import is_voice
from workers.evidence import Evidence, Intent, Sentiment
from workers.folding import fold
from workers.intent import read_intent
from workers.stance import read_stance

MODEL_VERSION = "1"  # goes up whenever the same post could be scored differently

__all__ = ["MODEL_VERSION", "Evidence", "Intent", "Reaction", "Scorer", "Sentiment"]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What was made of a post; `evidence` is that of intent, stance and concerns, in the order of the text."""

    lang: str
    sentiment: Sentiment
    intent: Intent
    stance: str
    concerns: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    voice: bool


class Scorer:
    """Scores posts for one watch, or for none: then there are no concerns, and a target has no other names."""

    def __init__(self, watch: Watch | None = None) -> None:
        services = tuple(_names(service) for service in (watch.services if watch else ()))
        self._names = tuple(name for names in services for name in names)
        self._names_by_name = {fold(name).text: names for names in services for name in names}
        self._deal = tuple(dict.fromkeys((*(watch.names if watch else ()), *self._names)))
        self._concerns = compile_concerns(watch.concerns if watch else ())

    def react(
        self,
        text: str,
        *,
        lang_claim: str | None = None,
        target: str | None = None,
        parent: str | None = None,
        repost: bool = False,
    ) -> Reaction:
        """Score one post.

        Args:
            text: the post.
            lang_claim: the language that the platform says.
            target: the service in question; without it, every service of the watch is.
            parent: the text that the post replies to.
            repost: whether the platform says that this is a repost.
        """
        lang = language.detect(text, lang_claim)
        intent = read_intent(text, lang, target=target, names=self._names_of(target), parent=parent)
        stance, stance_evidence = read_stance(text, lang, self._deal)
        concerns, concern_evidence = self._concerns.find(text, lang)
        evidence = sorted((*intent.evidence, *stance_evidence, *concern_evidence), key=lambda one: (one.start, one.end))
        return Reaction(
            lang=lang,
            sentiment=sentiment.score(text, lang),
            intent=intent,
            stance=stance,
            concerns=concerns,
            evidence=tuple(evidence),
            voice=is_voice(text, repost),
        )

    def _names_of(self, target: str | None) -> tuple[str, ...]:
        """All names of the target's service; a target that the watch does not know has only its own."""
        return self._names if target is None else self._names_by_name.get(fold(target).text, ())


def _names(service: Service) -> tuple[str, ...]:
    """Name, aliases and handles; hashtags are for searching: one may well say "cancel"."""
    return tuple(dict.fromkeys((service.name, *service.aliases, *service.handles)))
