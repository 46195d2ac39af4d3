"""Reads what we know of a language from its directory of data files: words, contractions, slips, macros, rules."""

import sys
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from workers.grammar import keeping
from workers.grammar.gates import Gate, Gatekeeper
from workers.grammar.keys import Gates
from workers.grammar.language import ENDS, SILENT, Language, Rule, Way
from workers.grammar.letters import Letters
from workers.grammar.matcher import Alphabet, Matcher
from workers.grammar.patterns import BadPatternError, Node, alternatives, parse, terms
from workers.grammar.spelling import SHORTEST_TYPO, Spelling, fold_word, without_one

_HOME = Path(str(resources.files("workers.languages")))
LANGUAGES = tuple(sorted(one.name for one in _HOME.iterdir() if one.is_dir() and not one.name.startswith("_")))

_PATTERNS = ("pattern", "unless", "unless_sentence", "unless_post")
_COMMON_COST = 50  # of a word like "to", for each of a rare word


@lru_cache(maxsize=len(LANGUAGES))
def load_language(code: str) -> Language:
    """What we know of one of `LANGUAGES`: as it was kept, else made, and kept where Python may keep byte code.

    Raises:
        BadPatternError: a rule cannot be read; says which.
    """
    language = keeping.kept(_HOME / code)
    if language is None and not sys.dont_write_bytecode:
        with suppress(OSError):  # a directory of somebody else: Python goes without its byte code there, and we without
            language = keeping.keep(_HOME / code, lambda: make_language(code))
    return language or make_language(code)


def keep_language(code: str) -> Path:
    """Compile the rules of one of `LANGUAGES` and keep them for every process to come; the file they are in.

    Raises:
        OSError: nothing can be written there.
        BadPatternError: a rule cannot be read; says which.
    """
    keeping.keep(_HOME / code, lambda: make_language(code))
    return keeping.place(_HOME / code)


def make_language(code: str) -> Language:
    """What we know of one of `LANGUAGES`, from its data files; a rule is compiled when it is first needed.

    Raises:
        BadPatternError: a rule cannot be read; says which.
    """
    home = _HOME / code
    files = {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(home.iterdir(), key=lambda one: one.name)
        if path.name.endswith(".toml")
    }
    return build(code, files)


def build(code: str, files: Mapping[str, Mapping[str, Any]]) -> Language:
    """A language from what its files say, by their names without ending: `language`, `words`, and one a topic.

    Raises:
        BadPatternError: a rule cannot be read; says which.
    """
    topics = {name: data for name, data in files.items() if name not in {"language", "words"}}
    macros = _Macros({name: text for data in files.values() for name, text in data.get("macros", {}).items()})
    rows = [(topic, row) for topic, data in topics.items() for row in data.get("rules", ())]
    trees = [{key: macros.read(row[key]) for key in _PATTERNS if key in row} for _, row in rows]
    singles = {
        f"{topic}.{name}": macros.read(text)
        for topic, data in topics.items()
        for name, text in data.get("patterns", {}).items()
    }
    language = _with_words(code, files, [*singles.values(), *(tree for own in trees for tree in own.values())])
    alphabet = Alphabet(language.letters_of, ENDS, language.letters_of("name", "starter"), SILENT, language.size)
    gatekeeper = _gatekeeper(language)
    wide: list[tuple[Gate, tuple[Letters, ...], Way]] = []
    narrow: list[tuple[Gate, tuple[Letters, ...], Way]] = []
    for (topic, row), own in zip(rows, trees, strict=True):
        unless, in_sentence, in_post = (Matcher(own[key], alphabet) if key in own else None for key in _PATTERNS[1:])
        rule = Rule(row["id"], row["value"], unless, in_sentence, in_post, row.get("named", False))
        for tree in alternatives(own["pattern"]):
            gates = _gates(gatekeeper, tree, rule.id)
            way = Way(topic, rule, Matcher(tree, alphabet), wide=tree.wide)
            (wide if way.wide else narrow).extend((gate, needs, way) for gate, needs in gates)
    for name, tree in singles.items():
        way = Way(name, Rule(name, "", None, None, None, named=False), Matcher(tree, alphabet), wide=False)
        narrow += ((gate, needs, way) for gate, needs in _gates(gatekeeper, tree, name))
    language.gates = Gates([*wide, *narrow])
    return language


def _gatekeeper(language: Language) -> Gatekeeper:
    common = language.letters_of("name", "function")

    def cost(letters: Letters) -> float:
        return letters.bit_count() + (_COMMON_COST - 1) * (letters & common).bit_count()

    every = cost(language.letters_of("sign", "."))
    return Gatekeeper(language.letters_of, SILENT, lambda letters: cost(letters) / every)


def _gates(gatekeeper: Gatekeeper, tree: Node, name: str) -> list[tuple[Gate, tuple[Letters, ...]]]:
    gates = gatekeeper.gates(tree)
    if not gates:
        raise BadPatternError(f"an alternative of {name!r} has no word that must be there")
    return gates


def _with_words(code: str, files: Mapping[str, Mapping[str, Any]], trees: Iterable[Node]) -> Language:
    """A language that knows the words of its files and of its rules, and no rule yet."""
    known: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for name, text in _classes(files.values()):
        for word in text.split():
            _learn(word, name, known, stems)
    for kind, value in terms(trees):
        if kind == "word":
            _learn(value, f"={value}", known, stems)
    words, about = files["words"], files["language"]
    spelling = Spelling(
        known,
        words.get("expansions", {}),
        _typos(map(fold_word, words.get("mended", "").split())),
        about.get("endings", {}),
        frozenset(about.get("elisions", "").split()),
    )
    language = Language(code, spelling, known, stems)
    markers = about["markers"].split()
    language.markers = frozenset(form for word in markers for form in (word, word.capitalize(), word.upper()))
    language.calls = frozenset(about["calls"].split())
    language.make_letters()
    return language


def _classes(files: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """The classes of words with their words; a verb has one class a form: cancel.base, cancel.ing, cancel.past."""
    for data in files:
        yield from data.get("classes", {}).items()
        for verb, forms in data.get("verbs", {}).items():
            for form, text in forms.items():
                yield f"{verb}.{form}", text


def _learn(word: str, name: str, known: dict[str, set[str]], stems: dict[str, set[str]]) -> None:
    plain = fold_word(word)
    if plain.endswith("*"):
        stems.setdefault(plain[:-1], set()).add(name)
    else:
        known.setdefault(plain, set()).add(name)


def _typos(words: Iterable[str]) -> dict[str, str]:
    """The words that are worth mending by each of their forms with a letter left out."""
    typos: dict[str, str] = {}
    for word in words:
        if len(word) >= SHORTEST_TYPO:
            typos[word] = word
            for form in without_one(word):
                typos.setdefault(form, word)
    return typos


@dataclass(slots=True)
class _Macros:
    """Patterns with a name; `<leave.ing>` is the macro `leave` with "ing" in place of its {f}."""

    texts: Mapping[str, str]
    read_already: dict[str, Node] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def read(self, pattern: str) -> Node:
        return parse(pattern, self._meaning)

    def _meaning(self, name: str) -> Node | None:
        if name not in self.read_already:
            base, _, form = name.partition(".")
            text = self.texts.get(name) or (self.texts.get(base) if form else None)
            if text is None:
                return None
            if name in self.open:
                raise BadPatternError(f"the macro {name!r} is made of itself")
            self.open.add(name)
            self.read_already[name] = self.read(text.replace("{f}", form))
            self.open.remove(name)
        return self.read_already[name]
