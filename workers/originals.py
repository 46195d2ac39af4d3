"""Finds the original of each post of a batch: which are voices, and which are echoes of what."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from sqlmodel import Session

from uproar import database, echoes
from uproar.echoes import MOST_OF_A_KEY
from uproar.posts import Waiting
from uproar.settings import Settings
from workers.echo import Keys, Passage, is_echo, is_voice, read_keys, read_passage
from workers.scorers import REMEMBERED, SHORT

MOST_COMPARED = 3  # originals with which one post is compared: those that share the most keys with it


class Scored(NamedTuple):
    """A post, its row of `reactions`, and by what its original is found."""

    post: Waiting
    row: dict[str, Any]
    passage: Passage
    keys: Keys

    @property
    def post_id(self) -> int:
        """The number of the post."""
        return int(self.row["post_id"])


def _passage_of(text: str) -> Passage:
    """The same as `read_passage`, which many batches ask about what many people copy."""
    return _short_passage_of(text) if len(text) <= SHORT else read_passage(text)


_short_passage_of = lru_cache(maxsize=REMEMBERED)(read_passage)


def scored(post: Waiting, row: dict[str, Any]) -> Scored:
    """Read the keys of a post that has its reaction."""
    passage = _passage_of(post.text)
    repost = not is_voice(post.text, post.repost)
    return Scored(post, row, passage, read_keys(passage, watch=post.watch, author=post.author_hash, repost=repost))


def mark_echoes(session: Session, batch: Sequence[Scored], *, claim: str) -> None:
    """Set `voice` and `echo_of` in the rows of a batch, and keep its originals; in the transaction that writes them.

    Of copies in one batch the one that was written first is the original. A post that comes after its copy was
    scored is an echo of that one, even if it was written earlier: of each text one voice is counted, and what is
    written once stays, so that a recount gives the same. A post that is scored anew keeps its original as long as
    that one is there and alike. One that was erased has no echoes from then on; those that it had stay echoes.
    """
    held = echoes.held(session, [one.post_id for one in batch], claim=claim)
    ours = sorted((one for one in batch if one.post_id in held), key=lambda one: (one.post.created_at, one.post_id))
    if not ours:
        return
    echoes.lock(session, {one.post.watch for one in ours})
    stock = _Stock(
        echoes.kept_under(session, sorted({key for one in ours for key in (*one.keys.seek, *one.keys.keep)}))
    )
    stock.load(session, {id_ for one in ours for id_ in (*stock.alike(one), held[one.post_id]) if id_ is not None})
    for one in ours:
        original = stock.original_of(one, former=held[one.post_id])
        one.row["echo_of"] = original
        one.row["voice"] = one.row["voice"] and original is None
        if one.row["voice"]:
            stock.keep(one)
        else:
            stock.drop(one)
    echoes.forget(session, stock.dropped)
    echoes.keep(session, stock.new)


class _Known(NamedTuple):
    watch: str
    author: str | None
    passage: Passage


class _Stock:
    """The originals that are known, those of the batch in hand included."""

    def __init__(self, kept: Iterable[tuple[int, int]]) -> None:
        self._under: dict[int, list[int]] = {}
        for key, id_ in kept:
            self._under.setdefault(key, []).append(id_)
        self._kept = {id_ for ids in self._under.values() for id_ in ids}
        self._known: dict[int, _Known] = {}
        self.new: list[tuple[int, int]] = []
        self.dropped: set[int] = set()

    def load(self, session: Session, ids: set[int]) -> None:
        """Read what these originals say."""
        for id_, one in echoes.originals(session, ids).items():
            self._known[id_] = _Known(one.watch, one.author_hash, _passage_of(one.text))

    def alike(self, one: Scored) -> list[int]:
        """The originals that share the most keys with a post, the oldest first among equals."""
        shared = Counter(chain.from_iterable(filter(None, map(self._under.get, one.keys.seek))))
        shared.pop(one.post_id, None)  # no post is an echo of itself
        if len(shared) <= 1:
            return list(shared)
        return [id_ for _, id_ in sorted([(-number, id_) for id_, number in shared.items()])[:MOST_COMPARED]]

    def original_of(self, one: Scored, *, former: int | None) -> int | None:
        """The post of which this one is an echo."""
        repost = not is_voice(one.post.text, one.post.repost)
        for id_ in ([] if former is None else [former]) + self.alike(one):
            known = self._known.get(id_)
            if known is None or known.watch != one.post.watch or id_ in self.dropped:
                continue
            same_author = known.author is not None and known.author == one.post.author_hash
            if is_echo(one.passage, known.passage, same_author=same_author, repost=repost):
                return id_
        return None

    def keep(self, one: Scored) -> None:
        """Add an original."""
        id_ = one.post_id
        self._known[id_] = _Known(one.post.watch, one.post.author_hash, one.passage)
        for key in one.keys.keep:
            there = self._under.setdefault(key, [])
            if len(there) < MOST_OF_A_KEY and id_ not in there:
                there.append(id_)
                self.new.append((key, id_))

    def drop(self, one: Scored) -> None:
        """Take out what is no original, or no longer."""
        if one.post_id in self._kept:
            self.dropped.add(one.post_id)


def forget_old(settings: Settings, *, now: datetime) -> None:
    """Forget the keys of originals that were collected longer ago than the setting says, in short transactions."""
    while True:
        with database.writing() as session:
            if not echoes.forget_before(session, now - timedelta(days=settings.echo_days)):
                return
