"""The tutorial's worker: one task a post, in one transaction. `celery -A naive.tasks worker`."""

import os

from celery import Celery
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from naive.tables import Bucket, Post, Reaction, engine

app = Celery("naive", broker=os.environ["NAIVE_BROKER_URL"])
analyzer = SentimentIntensityAnalyzer()

NEGATIVE, POSITIVE = -0.05, 0.05


@app.task(ignore_result=True)
def react(post_id: int) -> None:
    """Score a post, and count it in its minute."""
    with Session(engine) as session:
        post = session.get_one(Post, post_id)
        compound = analyzer.polarity_scores(post.text)["compound"]
        sentiment = "negative" if compound <= NEGATIVE else "positive" if compound >= POSITIVE else "neutral"
        session.add(Reaction(post_id=post_id, compound=compound, sentiment=sentiment))
        statement = insert(Bucket).values(
            {
                "minute": post.created_at.replace(second=0, microsecond=0),
                "lang": post.lang,
                "posts": 1,
                "negative": 0,
                "neutral": 0,
                "positive": 0,
                sentiment: 1,
            }
        )
        counts = {name: getattr(Bucket, name) + statement.excluded[name] for name in ("posts", sentiment)}
        session.execute(statement.on_conflict_do_update(index_elements=["minute", "lang"], set_=counts))
        session.commit()
