"""Applies the rules clause by clause and decides on one stage for the post."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from uproar.buckets import CANCEL_STAGES
from workers.evidence import NO_INTENT, Evidence, Intent
from workers.folding import fold
from workers.intent.clauses import SERVICE, Marked, mark, name_pattern
from workers.intent.rules import LANGUAGES, Rule, Rules, load_rules

# Of a clause, and of a post, the first of these that was found counts: what authors did comes before what they do,
# may do or ask about, their own custom before that of others.
PRIORITY = (
    "cancelled",
    "cancelling",
    "conditional",
    "seeking",
    "considering",
    "staying",
    "joining",
    "urging",
    "reported",
)
_LEAVING = frozenset(CANCEL_STAGES)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A clause's stage, and the evidence for it."""

    clause: int
    stage: str
    evidence: Evidence


def read_intent(
    text: str,
    lang: str,
    *,
    target: str | None = None,
    names: tuple[str, ...] = (),
    parent: str | None = None,
) -> Intent:
    """What the author says about their own custom with the service.

    Args:
        text: the post; its first `workers.folding.MAX_CHARS` characters are read.
        lang: its language. Posts mix languages, so both lists are tried, the language's own (or English) first.
        target: the service in question; without it any service is meant.
        names: its other names.
        parent: the text that the post replies to; "same here" takes over the parent's stage.

    Each clause gets a stage from the rules that it meets, a leaving under a condition ("if", "unless") becomes
    `conditional`, and the post's stage is the first in `PRIORITY`. Two exceptions: a later clause that says "staying"
    takes back any leaving but a completed one; and what is quoted or reposted is `reported` unless the author agrees.
    """
    known = tuple(name for name in (target, *names) if name)
    marked = mark(text, known)
    named = SERVICE in marked.text or bool(parent and name_pattern(known).search(fold(parent).text))
    for language in sorted(LANGUAGES, key=lambda one: one != lang):
        rules = load_rules(language)
        hits = _hits(marked, rules, named=named, any_service=not known)
        found = _decide(hits) or _agreement(marked, rules, lang, known, parent)
        if found is None:
            continue
        stage, evidence = found
        if marked.repost and stage in _LEAVING:
            stage = "reported"
        return Intent(stage, rules.precision if stage in _LEAVING else 0.0, evidence)
    return NO_INTENT


def _hits(marked: Marked, rules: Rules, *, named: bool, any_service: bool) -> list[_Hit]:
    """The clauses that say something, in order, each with its stage."""
    found: dict[int, tuple[str, Evidence]] = {}
    for rule, match in _matches(marked, rules):
        clause = marked.clause_at(match.start())
        if (rule.named and not named) or not _object_fits(match, marked, rules, any_service=any_service):
            continue
        one = marked.clauses[clause]
        if rule.unless is not None and rule.unless.search(marked.text[one.start : one.end]):
            continue
        evidence = marked.folded.evidence(match.start(), match.end(), rule.id)
        present = found.get(clause)
        if present is None or _rank(rule.stage) < _rank(present[0]):
            found[clause] = rule.stage, evidence
    hits = (_Hit(clause, *found[clause]) for clause in sorted(found))
    return [_with_condition(hit, marked, rules) for hit in hits if not _ironic(hit, marked, rules)]


def _matches(marked: Marked, rules: Rules) -> Iterator[tuple[Rule, re.Match[str]]]:
    text = marked.text
    for rule in rules.rules:
        if any(cue in text for cue in rule.cue):
            for match in rule.pattern.finditer(text):
                yield rule, match


def _rank(stage: str) -> int:
    # Who goes *to* the service leaves something else: within a clause, joining beats leaving.
    return -1 if stage == "joining" else PRIORITY.index(stage)


def _object_fits(match: re.Match[str], marked: Marked, rules: Rules, *, any_service: bool) -> bool:
    """Whether the groups `other` and `rival` are what the rule needs them to be; see `Rule`."""
    groups = match.re.groupindex
    if "rival" in groups and match["rival"]:
        return _is_name(match.span("rival"), marked, rules)
    if "other" in groups and match["other"] and not any_service:
        return not _is_name(match.span("other"), marked, rules)
    return True


def _is_name(span: tuple[int, int], marked: Marked, rules: Rules) -> bool:
    """Whether a word is written as a proper name: a capital in a post that is not all capitals."""
    word = marked.folded.evidence(*span, "").text
    return (
        word[:1].isupper() and not marked.folded.original.isupper() and marked.text[slice(*span)] not in rules.not_names
    )


def _with_condition(hit: _Hit, marked: Marked, rules: Rules) -> _Hit:
    if hit.stage in {"cancelling", "considering"} and rules.condition.search(marked.sentence_of(hit.clause)):
        return _Hit(hit.clause, "conditional", hit.evidence)
    return hit


def _ironic(hit: _Hit, marked: Marked, rules: Rules) -> bool:
    return hit.stage in _LEAVING and rules.irony.search(marked.sentence_of(hit.clause)) is not None


def _decide(hits: list[_Hit]) -> tuple[str, tuple[Evidence, ...]] | None:
    """The post's stage out of its clauses', with all the evidence for it."""
    if not hits:
        return None
    stage = min((hit.stage for hit in hits), key=PRIORITY.index)
    staying = [hit.clause for hit in hits if hit.stage == "staying"]
    leaving = [hit.clause for hit in hits if hit.stage in _LEAVING]
    if stage != "cancelled" and staying and leaving and staying[-1] > leaving[-1]:
        stage = "staying"
    return stage, tuple(hit.evidence for hit in hits if hit.stage == stage)


def _agreement(
    marked: Marked, rules: Rules, lang: str, known: tuple[str, ...], parent: str | None
) -> tuple[str, tuple[Evidence, ...]] | None:
    """The stage of what is quoted or replied to: the author's own if they agree, else a quotation is a report."""
    agrees = rules.agreement.search(marked.text)
    for context in (marked.quoted, parent if agrees else None):
        if not context:
            continue
        stage = read_intent(context, lang, names=known).stage
        if agrees and stage in _LEAVING:
            return stage, (marked.folded.evidence(agrees.start(), agrees.end(), "agreement"),)
        if stage in _LEAVING:
            return "reported", ()
    return None
