"""Evidence packs: all that the numbers of a range are made of, in one file, for another person to recompute."""

FILES = (
    "README.md", "query.json", "watch.json", "posts.jsonl", "corrections.jsonl", "versions.json", "buckets.csv",
    "concerns.csv", "counts.json", "gaps.jsonl", "sources.jsonl", "alerts.jsonl",
)  # fmt: skip
SETTLED = ("settled.csv", "settled_concerns.csv")  # only where something was settled
