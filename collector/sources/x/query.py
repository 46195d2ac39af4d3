"""What X is asked for: the keys of a source, and the query made from the names in a watch file."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from uproar.errors import WatchError
from uproar.watch import SourceSpec, Watch

LONGEST = 512  # characters of a query, for search and for a rule of the stream
_WORD = re.compile(r"\w+")
_SIGNED = re.compile(r"[@#$]\w+")
_OPERATORS = {"or", "and", "not"}


class Options(BaseModel):
    """The keys of an `x` source in a watch file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["search", "stream"] = "search"
    query: Annotated[str, Field(pattern=r"\S", max_length=LONGEST)] | None = None
    max_results: int = Field(100, ge=10, le=100)
    counts: bool = False
    recheck_days: int = Field(1, ge=0, le=365)


def query_of(options: Options, spec: SourceSpec, watch: Watch) -> str:
    """The query of a source: its own, or the names of the services and the terms of the watch, any of them.

    Raises:
        WatchError: the names make a query that is longer than X takes.
    """
    if options.query is not None:
        return options.query
    wanted = dict.fromkeys(map(_term, watch.spellings))
    query = " OR ".join(term for term in wanted if term)
    if not query or len(query) > LONGEST:
        raise WatchError(
            f"watch {watch.name}, source {spec.name}: query: the names make a query of {len(query):,} characters, "
            f"and X takes 1 to {LONGEST}; write a `query` of your own, or share the names out among several sources"
        )
    return query


def _term(name: str) -> str:
    """A name as X looks for it: a word or a tag as it is, everything else as a phrase in quotation marks."""
    plain = " ".join(name.replace('"', " ").split())
    if _SIGNED.fullmatch(plain) or (_WORD.fullmatch(plain) and plain.lower() not in _OPERATORS):
        return plain
    return f'"{plain}"' if _WORD.search(plain) else ""
