"""Regular expressions that are compiled once: what Python makes of one can be kept, and taken up again.

Python's `re` keeps nothing from one process to the next, and to compile the rules of a language takes it seconds. What
it compiles to is a row of numbers, for one release of its engine: those are what is kept here. Where a Python has its
engine elsewhere, the expression alone is kept, and compiled when it is first needed.
"""

import importlib
import marshal
import re
import sys
import zlib
from array import array
from typing import Any

_FAST = 1  # of zlib's levels: what is kept is read far more often than written, but there is much of it


def _part(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_ENGINE, _COMPILER, _PARSER = map(_part, ("_sre", "re._compiler", "re._parser"))
ENGINE = f"{sys.implementation.cache_tag} {sys.byteorder} {getattr(_ENGINE, 'MAGIC', None)}"
"""The engine that compiled expressions are for; no other can take them up."""


def pack(table: str, expression: str) -> bytes:
    """A table that texts are translated by and an expression without groups, compiled, for `unpack`.

    Raises:
        re.error: the expression cannot be compiled.
    """
    return zlib.compress(marshal.dumps((table, expression, *_code(expression))), _FAST)


def unpack(packed: bytes) -> tuple[str, re.Pattern[str]]:
    """The table and the expression that were packed by the same `ENGINE`."""
    table, expression, flags, code = marshal.loads(zlib.decompress(packed))  # noqa: S302 - from beside our own byte code
    if not code:
        return table, re.compile(expression)
    return table, _ENGINE.compile(expression, flags, list(array("I", code)), 0, {}, (None,))


def _code(expression: str) -> tuple[int, bytes]:
    try:
        tree = _PARSER.parse(expression)
        return tree.state.flags, array("I", _COMPILER._code(tree, 0)).tobytes()  # noqa: SLF001 - `re` has no other door
    except (AttributeError, TypeError):  # a Python whose engine has other parts
        re.compile(expression)
        return 0, b""
