"""`python -m workers.grammar` compiles the rules of every language and keeps them, so that no process has to."""

import sys

from workers.grammar.loading import LANGUAGES, keep_language


def main() -> int:
    """Keep every language; the exit status is 1 where nothing can be written."""
    for code in LANGUAGES:
        try:
            print(f"{code}: {keep_language(code)}")  # noqa: T201 - what this command says
        except OSError as error:
            print(f"The rules of {code} cannot be kept: {error}", file=sys.stderr)  # noqa: T201
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
