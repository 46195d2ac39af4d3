"""Whether the buckets say what the reactions and corrections say, which must hold at every moment."""

from uproar import counting, database, recounting
from uproar.buckets import rolled_up


def assert_recounted(watch: str = "harbour") -> int:
    """Buckets, concern buckets and roll-ups equal a recount, and no empty one is left; how many posts they count."""
    with database.reading() as session:
        expected = recounting.recount(session, watch=watch)
        assert counting.stored(session, watch=watch) == expected
        assert counting.stored_rollups(session, watch=watch) == (rolled_up(expected[0]), rolled_up(expected[1]))
    return sum(row["posts"] for row in expected[0].values())
