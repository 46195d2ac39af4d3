"""Whether the buckets say what the reactions and corrections say, which must hold at every moment."""

from uproar import counting, database, posts


def assert_recounted(watch: str = "harbour") -> int:
    """Buckets and concern buckets equal a recount, and no empty one is left; how many posts they count."""
    with database.reading() as session:
        expected = posts.recount(session, watch=watch)
        assert counting.stored(session, watch=watch) == expected
    return sum(row["posts"] for row in expected[0].values())
