"""Whether a post is for or against the deal: simple rules, English and French."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from workers.evidence import Evidence
from workers.folding import fold

LANGUAGES = ("en", "fr")

_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)")
_SENTENCE = re.compile(r"[^\n]{1,4000}")
_WORD = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    stance: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


def read_stance(text: str, lang: str, names: tuple[str, ...] = ()) -> tuple[str, tuple[Evidence, ...]]:
    """`against`, `for` or `none` towards the deal, and the evidence for it.

    Args:
        text: the post.
        lang: its language; in another than English and French the rules of both are tried.
        names: the names of the service and of the deal.

    A post that meets rules of both sides has the stance `none`.
    """
    folded = fold(text).replace(_SENTENCE_END, "\n")
    found: dict[str, list[Evidence]] = {}
    for language in (lang,) if lang in LANGUAGES else LANGUAGES:
        for sentence in _SENTENCE.finditer(folded.text):
            for rule in _rules(language, names):
                match = rule.pattern.search(sentence[0])
                if match is None or (rule.unless is not None and rule.unless.search(sentence[0])):
                    continue
                start, end = (sentence.start() + place for place in match.span())
                found.setdefault(rule.stance, []).append(folded.evidence(start, end, rule.id))
    if len(found) != 1:
        return "none", ()
    stance, evidence = found.popitem()
    return stance, tuple(sorted(evidence, key=lambda one: one.start))


@lru_cache(maxsize=64)
def _rules(language: str, names: tuple[str, ...]) -> tuple[_Rule, ...]:
    data = tomllib.loads((resources.files("workers") / "stance.toml").read_text(encoding="utf-8"))
    service = "|".join(re.escape(fold(name).text) for name in names if name.strip())
    words: dict[str, str] = {**data["words"], "service": f"(?:{service})" if service else "(?!)"}

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(_WORD.sub(lambda match: words[match[1]], pattern))

    return tuple(
        _Rule(row["id"], row["stance"], compiled(row["pattern"]), compiled(row["unless"]) if "unless" in row else None)
        for row in data["rules"]
        if row["id"].startswith(f"stance.{language}.")
    )
