"""Brings the rules of the filtered stream in line with the watch file; those of others are left alone."""

from datetime import datetime
from typing import Any

from collector.source import SourceGoneError
from collector.sources.x.answers import read_object, require_ok
from collector.sources.x.client import Client
from uproar.log import get_logger

log = get_logger(__name__)


def synchronise(client: Client, *, query: str, tag: str, now: datetime) -> int:
    """Leave exactly one rule with our tag, or none if somebody else's says the same; how many requests it took.

    Raises:
        SourceGoneError: X does not take the rule.
        RateLimitedError, OutgoingError: later.
    """
    found = read_object(require_ok(client.rules(), now=now)).get("data")
    rules = [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []
    stale, add = decide(rules, query=query, tag=tag)
    requests = 1
    if stale:
        require_ok(client.change_rules({"delete": {"ids": stale}}), now=now)
        requests += 1
    if add:
        answer = read_object(require_ok(client.change_rules({"add": [{"value": query, "tag": tag}]}), now=now))
        _require_taken(answer)
        requests += 1
    if stale or add:
        log.info("x_rules_changed", tag=tag, added=int(add), deleted=len(stale))
    return requests


def decide(rules: list[dict[str, Any]], *, query: str, tag: str) -> tuple[list[str], bool]:
    """The ids of our rules that have to go, and whether ours is missing; pure. A rule may have no tag."""
    mine = [rule for rule in rules if rule.get("tag") == tag and rule.get("id") is not None]
    right = [rule for rule in mine if rule.get("value") == query]
    stale = [str(rule["id"]) for rule in mine if rule not in right[:1]]
    return stale, not any(rule.get("value") == query for rule in rules)


def _require_taken(answer: dict[str, Any]) -> None:
    errors = answer.get("errors")
    refused = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    refused = [error for error in refused if error.get("title") != "DuplicateRule"]  # another's says the same
    if refused:
        details = refused[0].get("details")
        said = details[0] if isinstance(details, list) and details else refused[0].get("detail")
        raise SourceGoneError(f"X does not take the rule: {refused[0].get('title')}: {said}"[:500])
