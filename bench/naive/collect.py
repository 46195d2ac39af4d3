"""The tutorial's collector: stores a post, then sends its task. `python -m naive.collect FILE`."""

import json
import sys
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from naive.tables import Post, engine
from naive.tasks import react


def main(name: str) -> None:
    """Read a JSONL file to its end."""
    print("collector_ready", file=sys.stderr, flush=True)
    with Path(name).open(encoding="utf-8") as lines, Session(engine) as session:
        for line in lines:
            item = json.loads(line)
            post = Post(
                native_id=item["id"],
                author=item["author"],
                text=item["text"],
                lang=item["lang"],
                created_at=datetime.fromisoformat(item["created_at"]),
            )
            session.add(post)
            session.commit()
            react.delay(post.id)


if __name__ == "__main__":
    main(sys.argv[1])
