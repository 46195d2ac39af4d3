"""Retrains everything that is learned, and says how well it does on sentences that were held out."""

import sys

from workers.sentiment.embeddings import PACKAGE, available
from workers.training import embeddings, intent, leaving, sentiment


def main() -> None:
    """Train, print the held-out figures, and write the weights beside the code that reads them."""
    for line in (*leaving.train(), *intent.train(), *sentiment.train()):
        sys.stdout.write(line + "\n")
    if available():
        for line in embeddings.train():
            sys.stdout.write(line + "\n")
    else:
        sys.stdout.write(f"the head of the embeddings stays as it is: {PACKAGE} is not installed\n")


if __name__ == "__main__":
    main()
