"""Takes what mentions the deal out of the firehose, one frame after another. Pure."""

from dataclasses import replace
from datetime import datetime

from collector.sources.bluesky.records import COLLECTION, PLATFORM, context_of, to_post
from collector.sources.bluesky.wires import Event, Wire, is_key, is_other, moment, read_frame
from uproar.incoming import BadItemError, Dead, Erasure, Incoming, checked
from uproar.mentions import Mentions
from uproar.watch import Watch

LARGEST = 1 << 20  # bytes of a frame that is read; a post has a few thousand
GONE = ("deleted", "takendown")  # accounts; one that is only suspended or at rest may come back


class Sieve:
    """What some frames came to.

    `first` and `last` are the first event and the last one so far; `posts`, `erased` and `dead` are what a page has.
    """

    def __init__(self, watch: Watch, mentions: Mentions, wire: Wire, *, now: datetime) -> None:
        self.posts: list[Incoming] = []
        self.erased: list[Erasure] = []
        self.dead: list[Dead] = []
        self.first: Event | None = None
        self._watch = watch
        self._mentions = mentions
        self._may_be_in = mentions.may_be_in
        self._wire: Wire = wire
        self._now = now
        self._last: Event | None = None
        self._passed: bytes | None = None
        self._kept: set[str] = set()
        self._deleted: set[str] = set()

    def take(self, frame: bytes) -> None:
        """Look at one frame.

        Raises:
            StreamError: it is the server's last word.
        """
        # nearly all of a firehose ends here, unread: whole records in which no text can mention the deal
        start = frame.find(b'"record":')
        unread = start > 0 and frame.endswith(b'"}}') and not self._may_be_in(frame[start:])
        if self.first is not None and (unread or is_other(frame)):
            self._passed = frame  # its time is read only if no other follows
            return
        if len(frame) > LARGEST:
            self._bury(frame, f"the frame has {len(frame):,} bytes; the limit is {LARGEST:,}")
            return
        try:
            event = read_frame(frame, self._wire)
        except BadItemError as error:
            self._bury(frame, str(error))
            return
        self._passed = None
        self._last = event
        if self.first is None:
            self.first = event
        try:
            self._sort(event)
        except BadItemError as error:
            self._bury(frame, str(error))

    @property
    def last(self) -> Event | None:
        """The last event that could be read."""
        if self._passed is not None:
            frame, self._passed = self._passed, None
            try:
                self._last = read_frame(frame, self._wire)
            except BadItemError as error:
                self._bury(frame, str(error))
        return self._last

    def _bury(self, frame: bytes, reason: str) -> None:
        self.dead.append(Dead(frame.decode(errors="backslashreplace"), reason))

    def _sort(self, event: Event) -> None:
        if event.kind == "commit":
            if event.body.get("collection") == COLLECTION:
                self._take_commit(event)
        elif event.kind == "account" and event.body.get("active") is False and event.body.get("status") in GONE:
            self.erased.append(Erasure(PLATFORM, author=event.did))

    def _take_commit(self, event: Event) -> None:
        body = event.body
        operation, key, record = body.get("operation"), body.get("rkey"), body.get("record")
        if not is_key(key):
            raise BadItemError("the commit has no rkey")
        if operation == "delete":
            self._delete(f"at://{event.did}/{COLLECTION}/{key}")
        elif operation not in ("create", "update"):
            raise BadItemError(f"the operation is {str(operation)[:100]!r}, not create, update or delete")
        elif not isinstance(record, dict):
            raise BadItemError(f"the record is a JSON {type(record).__name__}")
        else:
            text, around = record.get("text"), context_of(record)
            matched = self._mentions.of(text, around) if isinstance(text, str) else None
            if matched is not None or not isinstance(text, str):
                self._keep(event, key, around, matched)

    def _delete(self, native_id: str) -> None:
        self.erased.append(Erasure(PLATFORM, native_id))
        self._deleted.add(native_id)
        if native_id in self._kept:  # it came in these very frames
            self.posts = [post for post in self.posts if post.native_id != native_id]
            self._kept.discard(native_id)

    def _keep(self, event: Event, key: str, around: tuple[str, ...], matched: str | None) -> None:
        seen = moment(event.time)
        post = to_post(event.did, key, event.body["record"], around, seen=seen, starts=self._watch.starts)
        if post is None or not self._watch.covers(post.created_at):
            return
        again = event.body["operation"] == "update"
        if post.native_id in self._deleted:  # deleted and written anew: what is stored is the older version
            self.erased = [one for one in self.erased if one.native_id != post.native_id]
            self._deleted.discard(post.native_id)
            again = True
        post = replace(post, edited_at=seen if again else None, matched=matched)
        self.posts.append(checked(post, now=max(self._now, seen)))
        self._kept.add(post.native_id)
