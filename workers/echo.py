"""Tells voices from echoes: a first-person original from a repost of one."""

import re

# "RT @joe:" as it was typed before there was a button, "RT: @joe", and Mastodon's boosts that were copied by hand.
_REPOST = re.compile(r"\s{0,20}(?:RT:? {0,3}@|♻️? {0,3}@)\w", re.IGNORECASE)


def is_voice(text: str, repost: bool) -> bool:  # noqa: FBT001 - a column of the post
    """Whether a post is its author's own: neither a platform's repost nor marked as one by its text."""
    return not repost and _REPOST.match(text) is None
