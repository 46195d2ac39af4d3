"""The wrong ones on the page: each text with the spans that decided, and the rules that they met; pure."""

from collections.abc import Sequence
from itertools import pairwise

from workers.evaluation import words
from workers.evaluation.judging import Wrong
from workers.evaluation.markup import Html, join, tag
from workers.evidence import Evidence


def wrong_list(wrong: Sequence[Wrong], total: int) -> Html:
    """The wrong ones that were chosen, out of so many."""
    shown = f", {len(wrong)} of them drawn by chance" if 0 < len(wrong) < total else ""
    heading = tag("h4", f"{total:,} wrong{shown}")
    return join((heading, tag("ol", *map(_item, wrong), class_="wrongs"))) if wrong else heading


def _item(one: Wrong) -> Html:
    request = one.row.request
    facts = [f"line {one.row.line}"]
    facts += [f"id {request.id}"] if request.id is not None else []
    facts += [f"score {words.number(one.score)}"] if one.score else []
    facts += [f"about {request.target}"] if request.target else []
    return tag(
        "li",
        tag("p", "is ", tag("b", one.truth), ", said ", tag("b", one.answer), tag("span", " · ", " · ".join(facts))),
        *([tag("p", f"replies to: {request.parent}", class_="parent", dir="auto")] if request.parent else []),
        tag("p", highlighted(request.text, one.evidence), class_="text", dir="auto"),
    )


def highlighted(text: str, evidence: Sequence[Evidence]) -> Html:
    """The text with every span marked and its rule named where it ends; spans may overlap."""
    edges = {0, len(text), *(edge for one in evidence for edge in (one.start, one.end) if 0 <= edge <= len(text))}
    bounds = sorted(edges)
    parts: list[str] = []
    for start, end in pairwise(bounds):
        inside = any(one.start <= start and end <= one.end for one in evidence)
        parts.append(tag("mark", text[start:end]) if inside else text[start:end])
        parts += [tag("code", one.rule) for one in evidence if one.end == end]
    return join(parts)
