"""Everyday sentences with the words of a leaving that are none, and leavings in the same words."""

import pytest

from uproar.buckets import CANCEL_STAGES
from workers.reaction import Scorer

SCORER = Scorer()

LOOK_ALIKES = [
    ("Target", "I'm leaving Target now, be home in ten"),
    ("Target", "Leaving Target with only what I came for is a win"),
    ("Target", "Bye, going to Target"),
    ("Target", "No more coupons at Target is sad"),
    ("Target", "I walked away from Target with a new TV"),
    ("Target", "Never again will I go to Target hungry"),
    ("Target", "Remind me to never go to Target on a Saturday"),
    ("Target", "I said I'd never go back to Target this week and here I am"),
    ("Target", "I need to stop going to Target every day, I'm broke"),
    ("Target", "Won't be going to Target this weekend because of the storm"),
    ("Target", "I wouldn't be caught dead at Target without makeup"),
    ("Target", "I avoid Target on weekends"),
    ("Target", "I'd rather pay for shipping than go to Target on a Saturday"),
    ("Target", "I can't in good conscience recommend Target"),
    ("One Medical", "Leaving One Medical's office now"),
    ("One Medical", "I'm walking away from One Medical stock at 17"),
    ("One Medical", "No longer a private company: One Medical"),
    ("One Medical", "Does moving states cancel my One Medical membership?"),
    ("One Medical", "Time to move on from the One Medical story"),
    ("One Medical", "Not a fan of Amazon buying One Medical"),
    ("One Medical", "I don't trust Amazon but I love my One Medical doctor"),
    ("Kroger", "It's over, the judge killed the merger"),
    ("One Medical", "How to cancel your One Medical membership before Amazon takes over"),
    ("One Medical", "5 alternatives to One Medical"),
    ("One Medical", "Looking for an alternative to One Medical? Here are seven"),
    ("One Medical", "One Medical members weigh leaving as Amazon takes over"),
    ("One Medical", "One user wrote: I'm cancelling my membership today"),
    ("One Medical", "Comment résilier votre adhésion One Medical avant le rachat"),
    ("One Medical", "Cinq alternatives à One Medical"),
    ("Netflix", "Thinking of quitting my job to watch Netflix"),
    ("Orange", "J'ai demandé mon RIO pour venir chez vous"),
    ("Orange", "Frais de résiliation de 60 euros alors que je suis toujours client"),
    ("Delta", "That's my last Delta flight of 2022"),
    ("Verizon", "Getting rid of my landline but keeping the cell"),
    ("T-Mobile", "@TMobile just switched from AT&T and wow the speed is crazy"),
    ("Orange", "Je quitte la boutique Orange à l'instant"),
    ("Orange", "Je viens de quitter la boutique Orange, super accueil"),
    ("Orange", "C'est la dernière fois que j'oublie de payer Orange"),
    ("Orange", "J'ai supprimé l'appli Orange et je l'ai réinstallée"),
    ("Orange", "Je coupe ma box Orange la nuit"),
    ("Orange", "Je paie plus depuis qu'Orange a augmenté"),
    ("Orange", "Je me barre de Paris, Orange me suit"),
    ("Orange", "Je n'irai pas chez Orange aujourd'hui, trop de monde"),
    ("Orange", "Je dégage la vieille box et Orange m'en envoie une"),
    ("Orange", "Plus de réseau Orange ici"),
    ("One Medical", "Je cherche un médecin chez One Medical"),
    ("Free", "Client Free depuis 2003 et je compte bien le rester"),
]

LEAVINGS = [
    ("Target", "I'm leaving Target for good"),
    ("Target", "I'm leaving Target with no regrets"),
    ("Target", "Leaving Target and never coming back"),
    ("Target", "Bye, going to Costco"),
    ("Target", "No more groceries at Target"),
    ("Target", "I walked away from Target and never looked back"),
    ("Target", "Never again will I shop at Target"),
    ("Target", "I need to stop going to Target, they support this"),
    ("Target", "Won't be going to Target ever again"),
    ("Target", "I wouldn't be caught dead at Target"),
    ("Target", "I avoid Target because of their politics"),
    ("Target", "I'd rather drive an hour than shop there again"),
    ("Target", "I'd sooner eat glass than give Target another dollar"),
    ("Delta", "Never flying Delta again after midnight cancellations"),
    ("One Medical", "Walking away from One Medical after six years"),
    ("One Medical", "Leaving One Medical now, thanks Amazon"),
    ("One Medical", "No longer a One Medical member"),
    ("One Medical", "Time to move on from One Medical"),
    ("One Medical", "I can no longer in good conscience be a member"),
    ("One Medical", "My renewal is not happening"),
    ("One Medical", "Renewal? Not happening."),
    ("One Medical", "That's it, I'm leaving"),
    ("One Medical", "Get me out of One Medical"),
    ("One Medical", "Not giving Jeff Bezos my medical records, bye"),
    ("Hulu", "brb cancelling my subscription"),
    ("AT&T", "Leaving AT&T with my number, thanks for nothing"),
    ("AT&T", "So done with at&amp;t"),
    ("Barnes & Noble", "No more Barnes and Noble for me"),
    ("One Medical", "How to cancel my One Medical membership?"),
    ("One Medical", "Looking for an alternative to One Medical, any tips?"),
    ("One Medical", "Weighing whether to leave One Medical"),
    ("Orange", "J'ai demandé mon RIO pour aller chez Free"),
    ("Orange", "Je quitte votre boutique, vous ne me reverrez plus"),
    ("Orange", "C'est la dernière fois que je paie Orange"),
    ("Orange", "Je coupe ma box Orange et je rends tout"),
    ("Orange", "Je ne paie plus Orange depuis mars"),
    ("Orange", "Je me barre de chez Orange"),
    ("Orange", "Je n'irai plus jamais chez Orange"),
    ("Orange", "J'ai décidé d'en finir avec Orange"),
    ("Orange", "Libérez-moi de mon contrat"),
    ("Orange", "Vous pouvez garder votre box"),
    ("Orange", "Salut Orange et bon vent"),
    ("Orange", "Direction Free"),
    ("Orange", "Plutôt crever que de leur donner un euro de plus"),
    ("One Medical", "Je ne confierai jamais ma santé à Bezos, au revoir"),
    ("One Medical", "Je cherche un autre médecin que One Medical"),
]


@pytest.mark.parametrize(("target", "text"), LOOK_ALIKES)
def test_an_everyday_sentence_in_the_words_of_a_leaving_is_none(target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage not in CANCEL_STAGES


@pytest.mark.parametrize(("target", "text"), LEAVINGS)
def test_a_leaving_in_the_same_words_is_found(target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage in CANCEL_STAGES
