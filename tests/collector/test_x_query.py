from typing import Any

import pytest

from collector.sources.x.query import Options, query_of
from tests.collector.conftest import MakeWatch, spec_of
from uproar.errors import WatchError


def query(make_watch: MakeWatch, *, options: dict[str, Any] | None = None, **keys: Any) -> str:
    return query_of(Options.model_validate(options or {}), spec_of("x", name="mine"), make_watch(**keys))


def test_the_query_is_any_of_the_names_each_written_as_x_wants_it(make_watch: MakeWatch) -> None:
    service = {
        "name": "Harbour Clinics",
        "aliases": ["Harbourly", 'The "Harbour"', "Not", "Café-Med"],
        "handles": ["harbour_clinics"],
        "hashtags": ["LeaveHarbour"],
    }
    found = query(
        make_watch, services=[service], matching={"terms": ["$GULL", "gullwing deal", "Harbourly"], "exact": ["HC"]}
    )
    assert found == (
        '"Harbour Clinics" OR Harbourly OR "The Harbour" OR "Not" OR "Café-Med" OR @harbour_clinics OR #LeaveHarbour '
        'OR $GULL OR "gullwing deal" OR HC'
    )


def test_a_query_of_its_own_is_asked_as_it_is(make_watch: MakeWatch) -> None:
    own = '"harbour clinics" -is:retweet lang:en'
    assert query(make_watch, options={"query": own}) == own


def test_names_that_are_too_many_are_refused_with_what_to_do(make_watch: MakeWatch) -> None:
    services = [{"name": f"Harbour Clinic number {number}"} for number in range(30)]
    with pytest.raises(WatchError, match=r"^watch harbour, source mine: query: .* of 886 characters"):
        query(make_watch, services=services)
