"""Asks apprise to bring one message, in a process of its own.

Standard input holds it as JSON; without `title` the URL is only looked at. The exit status is 0 if all went well, else
standard output says what was wrong.
"""

import json
import logging
import sys

import apprise


def main() -> int:
    """Do what standard input asks for."""
    asked = json.load(sys.stdin)
    # warnings name the status; what is below them shows whole requests
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    sender = apprise.Apprise()
    if not sender.add(asked["url"]):
        sys.stdout.write("the variable holds no URL that it knows\n")
        return 1
    if "title" not in asked:
        return 0
    sent = sender.notify(
        title=asked["title"],
        body=asked["body"],
        notify_type=asked["type"],
        body_format=apprise.NotifyFormat.TEXT,
    )
    return 0 if sent else 1


if __name__ == "__main__":
    sys.exit(main())
