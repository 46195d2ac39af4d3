"""Takes numbers and addresses of people out of a text before it is stored: pure.

E-mail, telephone, bank and payment cards, social security and health records, in the forms of France and the United
States. Where a number has a check digit it decides; where it has none, its form or the word before it must say what it
is, so that prices, counts, dates, ids of posts and numbers of orders stay.
"""

import re
from collections.abc import Callable
from functools import partial

ADDRESS, NUMBER = "[address]", "[number]"

_RUN = re.compile(r"\d(?:[^\w,]{0,2}\d){4}")  # a text without five digits in a row has no such number
_ALONE = r"(?<![\w$€£=/#@.,-])"  # not in a word, a price, a link or a longer number
_END = r"(?![\w%€]|[.,:/-]\d)"
_GAP = r"[ .\u00a0\u202f-]"

_EMAIL = re.compile(r"(?<![\w.+%@/-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[^\W\d_]{2,24}\b")
_LONG = re.compile(rf"{_ALONE}[1-9]\d{{3}}(?:[ \u00a0-]?\d){{9,15}}{_END}")  # of cards
_NETWORKS = re.compile(r"4|5[1-5]|2[2-7]|3[04-9]|6")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_NIR = re.compile(
    rf"{_ALONE}[1-478]{_GAP}?\d{{2}}{_GAP}?\d{{2}}{_GAP}?(?:\d{{2}}|2[ABab]){_GAP}?\d{{3}}{_GAP}?\d{{3}}{_GAP}?\d{{2}}{_END}"
)
_SSN = re.compile(rf"{_ALONE}(?!000|666|9)\d{{3}}([ -])(?!00)\d{{2}}\1(?!0000)\d{{4}}{_END}")
_CALLED = re.compile(  # numbers that only the word before them tells from others
    r"\b((?:ssn|social security(?: (?:number|no\.?))?|npi|mrn|medical record(?: (?:number|no\.?))?"
    r"|(?:patient|member) id|num[ée]ro de (?:patient|s[ée]cu(?:rit[ée] sociale)?)|s[ée]curit[ée] sociale"
    r"|carte vitale|nir|ipp|dossier m[ée]dical)\W{0,3}(?:is |est |n[°o]\.? ?|no\.? |number |#|: ?)?\W{0,2})"
    r"[A-Z]{0,3}-?\d(?:[ -]?\d){4,17}\b",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    rf"{_ALONE}(?:\+?1{_GAP}?)?(?:\([2-9]\d{{2}}\) ?|[2-9]\d{{2}}{_GAP})[2-9]\d{{2}}{_GAP}\d{{4}}{_END}"
)
_FRENCH = re.compile(rf"{_ALONE}(?:0|(?:\+|00)33{_GAP}?(?:\(0\) ?)?)[1-9](?:{_GAP}?\d{{2}}){{4}}{_END}")
_ABROAD = re.compile(rf"{_ALONE}\+[1-9]\d{{0,2}}(?:{_GAP}?\(?\d{{1,4}}\)?){{2,6}}{_END}")
_RUNG = re.compile(
    r"\b((?:call|phone|t[eé]l|cell|mobile|text me at|appelez|portable)\W{1,4}(?:me |us )?(?:at |on |au )?)\d{10}\b",
    re.IGNORECASE,
)
_PHONE_DIGITS = range(8, 16)  # ITU-T E.164


def without_identifiers(text: str) -> str:
    """The text with [address] and [number] in place of what would lead to a person; what is in it twice goes twice."""
    if "@" in text:
        text = _EMAIL.sub(ADDRESS, text)
    if _RUN.search(text) is None:
        return text
    for pattern, holds in _CHECKED:
        text = pattern.sub(partial(_replaced, holds), text)
    for pattern in (_CALLED, _RUNG):
        text = pattern.sub(rf"\1{NUMBER}", text)
    return text


def _replaced(holds: Callable[[str], bool], found: re.Match[str]) -> str:
    return NUMBER if holds(found[0]) else found[0]


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdecimal())


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0  # noqa: PLR2004 - the sum of its two digits


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return len(digits) in range(13, 20) and _NETWORKS.match(digits) is not None and passes_luhn(digits)


def _is_account(text: str) -> bool:
    """ISO 13616: the country and the check digits last, letters as 10 to 35, one more than a multiple of 97."""
    plain = text.replace(" ", "")
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def is_nir(text: str) -> bool:
    """Whether it is a number of the French register: its last two digits are 97 less the rest of the others by 97.

    In Corsica's departments 2A counts as 19 and 2B as 18.
    """
    plain = re.sub(_GAP, "", text).upper()
    plain = plain[:5] + {"2A": "19", "2B": "18"}.get(plain[5:7], plain[5:7]) + plain[7:]
    return plain.isdecimal() and int(plain[13:]) == 97 - int(plain[:13]) % 97


def _is_called(text: str) -> bool:
    digits = _digits(text)
    return len(digits) in _PHONE_DIGITS and not digits.endswith("000")  # "+100 000 000 views"


def _always(_text: str) -> bool:
    return True


# the longest first: a card is no telephone number
_CHECKED: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_IBAN, _is_account),
    (_NIR, is_nir),
    (_LONG, _is_card),
    (_SSN, _always),
    (_FRENCH, _always),
    (_AMERICAN, _always),
    (_ABROAD, _is_called),
)
