"""The simulated day after people have judged a part of its cancel voices, each by what the simulation knows of it."""

from datetime import timedelta

from sqlmodel import col, select

from tests.browser.simulated import HOURS, NOW, POSTS, STAGES, WATCH
from uproar import corrections, database
from uproar.corrections import Given
from uproar.demo.simulate import enact
from uproar.models import Post, Reaction

EACH = 5  # so many cancel voices to one that is judged


def judge() -> None:
    """Judge some posts of the day that the settings name."""
    known = {str(one.post["id"]): one.role for one in enact(seed=1, end=NOW, hours=HOURS, posts=POSTS)}
    with database.writing() as session:
        voices = select(Reaction.post_id, Post.native_id).join(Post, col(Post.id) == Reaction.post_id)
        voices = voices.where(Reaction.watch == WATCH, col(Reaction.cancel), col(Reaction.voice))
        voices = voices.order_by(col(Reaction.post_id))
        for id_, native_id in session.exec(voices).all()[::EACH]:
            stage = known[native_id] if known[native_id] in STAGES else "none"
            corrections.correct(
                session, id_, Given(stage=stage, sampled=True), note=None, by="Sam", now=NOW - timedelta(minutes=5)
            )
