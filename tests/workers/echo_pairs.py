"""Pairs of made-up posts for the echo tests: copies with small edits, and texts that are alike and are none."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

START = (
    "I'm cancelling my {name} membership tonight", "We are leaving {name} after {years} years",
    "I just cancelled {name} for the whole family", "That's it, I'm quitting {name} this week",
    "I will not renew my {name} plan in {month}", "I'm staying with {name} for now",
    "My husband and I are keeping our {name} accounts", "I asked {name} to close my account on {day}",
    "Je résilie mon abonnement {name} dès {day}", "Nous quittons {name} après {years} ans",
    "Je garde mon compte {name} malgré tout", "J'ai annulé mon inscription chez {name} hier soir",
)  # fmt: skip
REASON = (
    "because a parcel company has no place in my medical chart",
    "since nobody could tell me who reads our test results",
    "after the receptionist in {city} shrugged at every question I had",
    "because the yearly fee jumped from 90 to 199 dollars",
    "over the way that they treat the people in their warehouses",
    "as the new owner already records what we say in the kitchen",
    "because one giant shop now owns the pharmacy, the insurer and the clinic",
    "after reading all forty pages of the new privacy terms",
    "parce que mes ordonnances ne regardent pas un marchand de colis", "car personne ne sait où iront nos analyses",
    "à cause de ce qui arrive aux préparateurs dans leurs entrepôts",
    "puisque le nouveau propriétaire écoute déjà nos cuisines",
)  # fmt: skip
DETAIL = (
    "The nurse who looked after my daughter's asthma deserved a better employer.",
    "My gynaecologist in {city} moved out last {month} anyway.",
    "They still owe me a refund for the appointment of {day}.",
    "The app logged me out twice while I was downloading my vaccination record.",
    "Seven minutes with a doctor and a survey about my shopping habits.",
    "A friend at the {city} front desk heard of it on the radio.",
    "Ma kinésithérapeute de {city} a appris la vente à la radio.",
    "Leur formulaire m'a déconnecté trois fois pendant le téléchargement.",
    "Il fallait attendre {years} semaines pour un rendez-vous de toute façon.",
    "Mon fils asthmatique y était suivi depuis sa naissance.",
)  # fmt: skip
CLOSE = (
    "Shame.", "What a mess.", "Somebody should look into this.", "Good luck to everyone there.", "Quel gâchis.",
    "À bon entendeur.", "Done.", "",
)  # fmt: skip
NAMES = ("Harbour Clinics", "Larch Medical", "Tidewater Health", "Quill Dental")
CITIES = ("Boston", "Lyon", "Denver", "Nantes", "Leeds", "Québec", "Tulsa", "Ghent")
MONTHS = ("January", "March", "May", "August", "octobre", "décembre")
DAYS = ("Monday", "Friday", "Sunday", "lundi", "jeudi")
HEADLINES = (
    "Patients react to the Gullwing takeover: {0}", "What people are writing about Harbour today: {0}",
    "Seen online this morning - {0}",
    "{0} - Morning Herald", "Les réactions au rachat de Harbour Clinics: {0}",
)  # fmt: skip
AROUND = (
    'One patient wrote: "{0}"', 'Members react. "{0}" said a user of the app', "« {0} », écrit une patiente",
    '"{0}" - via the Morning Herald',
)  # fmt: skip
# Said by many, each for themselves.
COMMON = (
    "Cancelled.", "I'm out", "Same here", "Cancelling my membership", "Me too", "Goodbye Harbour Clinics",
    "Time to cancel my membership",
    "I'm cancelling Harbour Clinics", "Je résilie", "Moi aussi", "C'est fini pour moi", "Done with Harbour Clinics",
    "Not renewing",
    "Just cancelled my Harbour Clinics membership", "Bye bye Harbour Clinics, I'm cancelling today",
)  # fmt: skip
SYNONYMS = {
    "the": "that", "my": "our", "giant": "huge", "people": "staff", "new": "next", "a": "one", "place": "business",
    "yearly": "annual",
    "whole": "entire", "doctor": "physician", "friend": "neighbour", "survey": "form", "deserved": "needed",
    "refund": "repayment",
    "dès": "avant", "sait": "comprend", "rendez-vous": "créneau", "leur": "ce", "marchand": "vendeur",
    "vente": "nouvelle",
    "radio": "news", "twice": "again", "employer": "boss", "appointment": "visit", "clinic": "practice",
    "kitchen": "house",
}  # fmt: skip
# The same sentence, another decision.
FLIPS = (
    ("I'm cancelling", "I'm not cancelling"), ("I'm cancelling", "I'm keeping"), ("We are leaving",
    "We are not leaving"),
    ("I just cancelled", "I almost cancelled"), ("I just cancelled", "They just cancelled"), ("I'm quitting",
    "I'm never quitting"),
    ("I will not renew", "I will renew"), ("I'm staying", "I'm not staying"), ("I'm staying", "If I'm staying"),
    ("are keeping", "are closing"), ("I asked", "I never asked"), ("I asked", "She asked"), ("Je résilie",
    "Je ne résilie pas"),
    ("Je résilie", "Je garde"), ("Nous quittons", "Nous ne quittons pas"), ("Je garde", "Je ne garde pas"),
    ("J'ai annulé", "Je n'ai pas annulé"),
    ("J'ai annulé", "J'aurais annulé"), ("Nous quittons", "Ils quittent"), ("I'm quitting", "Maybe I'm quitting"),
    ("We are leaving", "We considered leaving"), ("I'm cancelling", "I might be cancelling"),
)  # fmt: skip


class Pair(NamedTuple):
    """Two posts by different authors, whether the second is an echo of the first, and how it was made."""

    original: str
    later: str
    echo: bool
    kind: str


def compose(rng: Random) -> str:
    """A post of a decision, a reason, a detail and perhaps a last word."""
    return _fill(rng, f"{rng.choice(START)} {rng.choice(REASON)}. {rng.choice(DETAIL)} {rng.choice(CLOSE)}".strip())


def _fill(rng: Random, text: str) -> str:
    return text.format(
        name=rng.choice(NAMES), city=rng.choice(CITIES), month=rng.choice(MONTHS), day=rng.choice(DAYS),
        years=rng.choice(("two", "three", "four", "deux", "trois", "six")),
    )  # fmt: skip


def _exchange(rng: Random, text: str, number: int) -> str:
    words = text.split()
    places = [place for place, word in enumerate(words) if word.lower() in SYNONYMS]
    for place in rng.sample(places, min(number, len(places))):
        words[place] = SYNONYMS[words[place].lower()]
    return " ".join(words)


def _drop(rng: Random, text: str) -> str:
    words = text.split()
    del words[rng.randrange(len(words) * 2 // 3, len(words))]
    return " ".join(words)


def _cut(rng: Random, text: str) -> str:
    return text[: int(len(text) * rng.uniform(0.6, 0.9))].rstrip() + "…"


EDITS: dict[str, Callable[[Random, str], str]] = {
    "exact": lambda _, text: text,
    "case": lambda rng, text: rng.choice((text.upper(), text.lower(), text.title())),
    "punctuation": lambda _, text: text.replace(".", " !!").replace(",", " -").replace("'", "\u2019"),
    "link": lambda rng, text: f"{text} https://t.example/{rng.randrange(10**6)}",
    "emoji": lambda rng, text: f"{rng.choice(('😡', '💔 ', '👋🏽 '))}{text} {rng.choice(('😭😭', '🚩', ''))}",
    "hashtag": lambda rng, text: f"{text.replace('Harbour Clinics', '#HarbourClinics')} {rng.choice(('#bye', '#a'))}",
    "mention": lambda rng, text: f"@someone{rng.randrange(99)} {text} cc @press",
    "one word": lambda rng, text: _exchange(rng, text, 1),
    "two words": lambda rng, text: _exchange(rng, text, 2),
    "word dropped": _drop,
    "truncated": _cut,
    "repost": lambda rng, text: f"RT @user{rng.randrange(99)}: {text}",
    "repost, cut": lambda rng, text: f"RT @user{rng.randrange(99)}: {_cut(rng, text)}",
    "via": lambda _, text: f"{text} via @somebody",
    "quoted": lambda rng, text: rng.choice(AROUND).format(text),
    "headline": lambda rng, text: rng.choice(HEADLINES).format(text),
    "accents": lambda _, text: text.replace("é", "e").replace("à", "a").replace("û", "u"),
}  # fmt: skip


def copies(rng: Random, number: int) -> Iterator[Pair]:
    """Copies: every edit in turn."""
    kinds = list(EDITS)
    for turn in range(number):
        text, kind = compose(rng), kinds[turn % len(kinds)]
        yield Pair(text, EDITS[kind](rng, text), echo=True, kind=kind)


def others(rng: Random, number: int) -> Iterator[Pair]:
    """Texts that are no copies: another decision, common phrases, a shared part, a quotation answered."""
    for turn in range(number):
        match turn % 5:
            case 0:
                yield _flipped(rng)
            case 1:
                phrase = rng.choice(COMMON)
                yield Pair(
                    phrase,
                    rng.choice((phrase, phrase.upper(), f"{phrase} 😡", f"{phrase} #bye")),
                    echo=False,
                    kind="common phrase",
                )
            case 2:
                start = _fill(rng, rng.choice(START))
                one, two = rng.sample(REASON, 2)
                yield Pair(f"{start} {one}.", f"{start} {two}.", echo=False, kind="same start")
            case 3:
                reason = _fill(rng, rng.choice(REASON))
                one, two = (
                    _fill(rng, f"{start} {reason}. {more}")
                    for start, more in zip(rng.sample(START, 2), rng.sample(DETAIL, 2), strict=True)
                )
                yield Pair(one, two, echo=False, kind="same reason")
            case _:
                text = compose(rng)
                own = rng.choice(
                    (
                        "I'm cancelling mine too",
                        "So I am leaving as well",
                        "Je pars aussi, c'est décidé",
                        "That is why I cancelled today",
                    )
                )
                yield Pair(text, f'"{text}" {own}', echo=False, kind="quoted with a decision")


def _flipped(rng: Random) -> Pair:
    while True:
        text = compose(rng)
        fitting = [(one, other) for one, other in FLIPS if one in text]
        if fitting:
            one, other = rng.choice(fitting)
            pair = (text, text.replace(one, other))
            return Pair(*(pair if rng.random() < 0.5 else pair[::-1]), echo=False, kind="another decision")
