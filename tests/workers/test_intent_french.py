"""French ways of leaving, and what only sounds like them. Every sentence here was written for these tests."""

import pytest

from workers.grammar import read, tokenise
from workers.intent import read_intent

TARGET = "Orange"

LEAVING = [
    ("cancelling", "Nos trois lignes partent de chez Orange vendredi"),
    ("cancelling", "la box repart chez Orange demain"),
    ("cancelling", "Orange dégage de la maison dès ce soir"),
    ("cancelling", "mon épargne déménage chez un concurrent"),
    ("cancelling", "je plie bagage"),
    ("cancelling", "Je mets les voiles"),
    ("cancelling", "je sacre mon camp de chez Orange"),
    ("cancelling", "j'men vas chez Fizz"),
    ("cancelling", "je désire clore mon compte"),
    ("cancelling", "Je vous informe par la présente de ma décision de résilier mon contrat habitation"),
    ("cancelling", "Je fais jouer la loi Hamon et je change d'assureur"),
    ("cancelling", "Je veux que vous effaciez mon compte"),
    ("cancelling", "l'abonnement ne sera pas reconduit"),
    ("cancelling", "on ne rempilera pas l'an prochain"),
    ("cancelling", "dernier message avant suppression de mon compte"),
    ("cancelling", "je retourne au mp3"),
    ("cancelling", "Mon père est mort, il faut résilier sa ligne"),
    ("cancelling", "j'attends la fin de l'engagement pour partir"),
    ("cancelling", "Je ferme mes comptes chez Orange"),
    ("cancelling", "Ras le bol de vos pannes, je pars lundi"),
    ("cancelling", "je pars demain, trop cher"),
    ("cancelling", "je supprime l'appli"),
    ("cancelled", "toute la famille est passée chez Sosh"),
    ("cancelled", "Suite à mon départ de chez vous en juin j'attends toujours le remboursement"),
    ("cancelled", "J'étais client Orange, maintenant chez Sosh et tout va bien"),
    ("cancelled", "du temps où j'étais chez Orange je payais le double"),
    ("cancelling", "Orange ne m'a plus comme client depuis 2020"),
    ("cancelled", "Mandat de mobilité bancaire signé chez Fortuneo"),
    ("cancelled", "libérée d'Orange depuis mardi"),
    ("conditional", "une hausse de plus et c'est la résiliation"),
    ("conditional", "la prochaine panne et je change"),
    ("considering", "pas sûre de renouveler cette année"),
    ("considering", "à quoi bon garder l'abonnement"),
    ("considering", "est-ce que ça vaut le coup de rester chez Orange ?"),
    ("considering", "vous me poussez vers la sortie"),
    ("seeking", "où je trouve mon code RIO"),
    ("seeking", "quelqu'un peut m'indiquer une bonne banque en ligne ?"),
]

NOT_LEAVING = [
    "Nos trois lignes sont en panne chez Orange depuis vendredi",
    "la box repart enfin, merci Orange",
    "ma ligne passe chez Orange demain, hâte",
    "Je mets les voiles pour la Bretagne demain, week-end !",
    "je vous renvoie votre box défectueuse, merci de m'en livrer une autre",
    "Votre répondeur me dit que mon dossier est clos, or rien ne marche",
    "J'ai quitté Orange pour un poste de chef de projet",
    "quand j'étais chez Orange au service technique on réparait en deux jours",
    "Bonjour, je pars en Floride deux semaines, puis-je garder mon forfait ?",
    "Orange a coupé ma ligne par erreur",
    "ma fibre est coupée depuis lundi",
    "demande de mobilité bancaire faite ce midi pour venir chez Orange",
    "J'attends la fin des travaux pour être raccordé",
    "La prochaine panne je pète un câble",
    "Mon père est mort, quels papiers pour mettre la ligne à mon nom ?",
    "je n'y vais plus le samedi, trop de monde",
    "Je pars demain",
    "Nous partons vendredi, peut-on ajouter un bagage ?",
    "on part samedi, ma réservation est où ?",
    "Je vais partir demain et je n'ai pas reçu mes billets",
    "Je m'en vais demain, merci pour l'accueil",
    "je partirai le 14, le train est maintenu ?",
    "Je suis parti la semaine dernière à Rome, bagage perdu",
    "Comment fermer mon application ?",
    "je dois fermer mon application et la relancer à chaque fois",
    "Dois-je supprimer l'appli et la remettre ?",
    "comment quitter Orange sur ma télé Samsung ?",
    "Ma carte a été annulée, pourquoi ?",
    "mon abonnement a été annulé, que faire ?",
    "mon compte est supprimé ? je ne peux plus me connecter",
    "j'ai pris Sosh à la place d'Orange pour ma mère",
    "j'ai souscrit chez Free pour mon fils",
    "j'ai résilié la ligne de ma grand-mère",
    "Je suis chez Free et je veux venir chez vous",
    "je résilie mon ancien opérateur demain, ma box arrive quand ?",
    "Vous m'annoncez la résiliation de mon contrat, je conteste",
    "j'ai reçu un courrier de résiliation de votre part",
    "Orange : comment résilier son abonnement après le rachat",
    "Pourquoi je partirais ?",
    "jamais je ne quitterai Orange",
    "désabonnez-moi de la newsletter",
    "J'ai vidé mon livret pour acheter la maison",
    "J'ai quitté Orange en 2019 après dix ans comme ingénieur réseau",
]


@pytest.mark.parametrize(("stage", "text"), LEAVING)
def test_the_many_french_ways_of_leaving_are_known(stage: str, text: str) -> None:
    assert read_intent(read(tokenise(text), "fr", (TARGET,))).stage == stage


@pytest.mark.parametrize("text", NOT_LEAVING)
def test_what_only_sounds_like_leaving_is_none(text: str) -> None:
    assert not read_intent(read(tokenise(text), "fr", (TARGET,))).cancel
