"""What we know of a language: its words as letters, and its rules over them."""

from dataclasses import dataclass, field

from workers.grammar.keys import Gates
from workers.grammar.letters import NOTHING, Letters, letters_in
from workers.grammar.matcher import Matcher
from workers.grammar.patterns import BadPatternError
from workers.grammar.spelling import Spelling

DOT, ASK, COMMA, SILENT, SERVICE, MENTION = ".", "?", ",", "~", "S", "@"
ENDS = DOT + ASK + COMMA
_FIXED = {"SERVICE": SERVICE, "MENTION": MENTION, "ASK": ASK, "DOT": DOT}
SHAPES = ("", "Name", "Caps", "Num")
_FIRST_LETTER = 0x100

Signature = frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says (`value`: a stage, a stance…) of a post in which its pattern is found.

    `unless`: what may not be found in the clause, `unless_sentence` in the sentence, `unless_post` anywhere. `named`:
    the post must name the service.
    """

    id: str
    value: str
    unless: Matcher | None
    unless_sentence: Matcher | None
    unless_post: Matcher | None
    named: bool


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One of the alternatives that a rule's pattern is made of; a `wide` one reaches over the end of a sentence.

    A pattern of a topic that is no rule, as `irony` of `intent`, is one way of the topic `intent.irony`.
    """

    topic: str
    rule: Rule
    pattern: Matcher
    wide: bool


@dataclass(slots=True)
class Language:
    """A language's words as letters, and its rules over them, behind gates."""

    code: str
    spelling: Spelling
    known: dict[str, set[str]]
    stems: dict[str, set[str]]
    letters: dict[Signature, str] = field(default_factory=dict)
    gates: Gates[Way] = field(default_factory=Gates)
    markers: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    _of_class: dict[str, Letters] = field(default_factory=dict)
    _every: Letters = NOTHING
    _stems_by_head: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Every letter's code point is below it."""
        return _FIRST_LETTER + len(self.letters)

    def letter(self, word: str, shape: str = "") -> str:
        """The letter of a plain word; `shape` counts only where the rules do not know the word."""
        classes = self.known.get(word)
        if classes is not None and shape != "Num":
            return self.letters[frozenset(classes | self._stem_classes(word))]
        return self.letters[frozenset(self._stem_classes(word) | ({shape} if shape else set()))]

    def _stem_classes(self, word: str) -> set[str]:
        stems = self._stems_by_head.get(word[:2], {})
        return set().union(*(classes for stem, classes in stems.items() if word.startswith(stem))) if stems else set()

    def make_letters(self) -> None:
        """Give a letter to every set of classes that a word can have."""
        for stem, classes in self.stems.items():
            self._stems_by_head.setdefault(stem[:2], {})[stem] = classes
        signatures = {frozenset(classes | self._stem_classes(word)) for word, classes in self.known.items()}
        chains = [set[str](), *(self._stem_classes(stem) for stem in self.stems)]
        signatures.update(frozenset(chain | ({shape} if shape else set())) for chain in chains for shape in SHAPES)
        for code, signature in enumerate(sorted(signatures, key=sorted), _FIRST_LETTER):
            self.letters[signature] = chr(code)
            for name in signature:
                self._of_class[name] = self._of_class.get(name, NOTHING) | 1 << code
        self._every = (1 << self.size) - (1 << _FIRST_LETTER) | letters_in(SERVICE + MENTION + SILENT)

    def letters_of(self, kind: str, value: str) -> Letters:
        """The letters of what a rule means by a word, a name or a sign; "any word" and "none of these" have all."""
        if kind == "sign" and value == ",":
            return letters_in(COMMA)
        if kind == "sign" or value.startswith("!"):
            return self._every
        if kind == "word":
            return self._of_class.get(f"={value}", NOTHING)
        if value in _FIXED:
            return letters_in(_FIXED[value])
        if value not in self._of_class and value not in SHAPES:
            raise BadPatternError(f"there is no class and no macro {value!r}")
        return self._of_class.get(value, NOTHING)
