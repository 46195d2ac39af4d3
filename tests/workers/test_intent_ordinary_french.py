"""French leavings in ordinary words, and what sounds like them: one or two of each family; sentences of ours."""

import pytest

from uproar.buckets import CANCEL_STAGES
from workers.reaction import Scorer

SCORER = Scorer()

LEAVING = [
    ("cancelled", "Twitter", "parti dès qu'il l'a racheté"),
    ("cancelled", "Disney+", "supprimé la semaine dernière, les gamins n'ont rien dit"),
    ("cancelled", "SFR", "j'ai laissé SFR au printemps quand la facture a doublé"),
    ("cancelled", "LCL", "mes comptes sont chez Fortuneo maintenant"),
    ("cancelled", "Basic-Fit", "plus inscrit depuis septembre"),
    ("cancelled", "WhatsApp", "toute la famille est sur Signal depuis"),
    ("cancelling", "ING", "Donc je le ferme, c'est simple"),
    ("cancelling", "Colruyt", "On ira faire nos courses chez Lidl à partir de maintenant"),
    ("cancelling", "Total", "Je ferai le plein ailleurs"),
    ("cancelling", "Spotify", "J'arrête, 12 euros c'est trop"),
    ("cancelling", "Free", "Je déménage à l'étranger et je n'aurai plus besoin de la box"),
    ("cancelling", "Free", "je suis encore dans les 14 jours donc je me rétracte"),
    ("cancelling", "Télérama", "Ne me réabonnez pas s'il vous plaît"),
    ("cancelling", "Télérama", "Je ne souhaite pas poursuivre l'abonnement"),
    ("cancelling", "Vidéotron", "faudrait couper mon internet le 30 juin, je déménage"),
    ("cancelling", "Sosh", "bonjour c pour résilier"),
    ("cancelling", "Orange", "je vous appelle demain pour tout annuler"),
    ("cancelling", "Tesla", "ma prochaine voiture ne sera pas une Tesla"),
    ("cancelling", "VMware", "le contrat ne sera pas signé, on passe à autre chose"),
    ("conditional", "Costco", "S'ils augmentent encore la carte je la renouvelle pas"),
    ("conditional", "One Medical", "le jour où Alexa entre dans le cabinet je suis dehors"),
    ("considering", "Netflix", "je me demande si ça vaut encore le coup de payer"),
    ("considering", "BNP", "Je commence à regarder les banques en ligne"),
    ("considering", "Fortuneo", "je réfléchis à transférer mes avoirs ailleurs"),
    ("considering", "One Medical", "je me demande s'il ne faudrait pas partir maintenant"),
    ("seeking", "Free", "est-ce que j'ai des frais si je pars avant la fin ?"),
    ("seeking", "Fitness Park", "il faut combien de temps de préavis pour arrêter ?"),
    ("seeking", "Amazon", "Quelqu'un sait comment on se désinscrit de Prime ?"),
    ("seeking", "Tesla", "vous partez sur quoi après votre Tesla ?"),
    ("seeking", "One Medical", "comment récupérer mon dossier avant de partir ?"),
]

NOT_LEAVING = [
    ("SFR", "mon abonnement annulé à l'instant par vos services sans raison"),
    ("Carrefour", "Maintenant je vais au Carrefour de Lille"),
    ("BNP", "Je les annule si je veux, mes virements ?"),
    ("Doctolib", "du coup je l'annule mon rdv de demain"),
    ("Free", "je n'ai plus besoin de la deuxième carte sim"),
    ("Zalando", "je me rétracte pour la commande 4411"),
    ("Orange", "Je voudrais couper le wifi la nuit"),
    ("Fitness Park", "je veux arrêter de fumer et me mettre au sport"),
    ("Le Monde", "je ne veux pas poursuivre cette conversation"),
    ("Amazon", "c'est pour annuler une commande"),
    ("Spotify", "je sais pas si je garde cette chanson dans la playlist"),
    ("Instagram", "j'hésite à supprimer cette photo"),
    ("BNP", "je commence à regarder les offres de prêt chez vous"),
    ("Free", "si je pars en Italie il y a des frais ?"),
    ("Le Figaro", "comment se désabonner de la newsletter"),
    ("Orange", "je ne changerais d'opérateur pour rien au monde"),
    ("Orange", "ils perdent un client sur dix tous les ans"),
    ("LCL", "j'ai changé de banque pour venir chez LCL"),
    ("Tesla", "je pense acheter une Tesla"),
    ("Leclerc", "dernière fois que j'y suis allé c'était bondé"),
]


@pytest.mark.parametrize(("stage", "target", "text"), LEAVING)
def test_a_leaving_in_ordinary_words_is_found_with_its_stage(stage: str, target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage == stage


@pytest.mark.parametrize(("target", "text"), NOT_LEAVING)
def test_what_only_sounds_like_it_is_no_leaving(target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage not in CANCEL_STAGES
