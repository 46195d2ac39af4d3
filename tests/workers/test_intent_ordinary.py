"""English leavings in ordinary words, and what sounds like them: one or two of each family; sentences of ours."""

import pytest

from uproar.buckets import CANCEL_STAGES
from workers.reaction import Scorer

SCORER = Scorer()

LEAVING = [
    ("cancelled", "Disney+", "Cancelled the second I saw the email."),
    ("cancelled", "WhatsApp", "deactivated the day the news broke"),
    ("cancelled", "Hulu", "We cut Hulu in the spring and nobody noticed"),
    ("cancelled", "Southwest", "Once they announced assigned seats I switched to United and never looked back"),
    ("cancelled", "Sky", "I left you last year because of the price"),
    ("cancelled", "One Medical", "Left within a week of the announcement"),
    ("cancelled", "Planet Fitness", "Finally got out of my contract with them"),
    ("cancelled", "HelloFresh", "I used to get the boxes every week until they doubled the price"),
    ("cancelled", "Target", "Not missed it at all since I stopped in January"),
    ("cancelled", "Comcast", "cut the cord in 2019 and have saved thousands since"),
    ("cancelled", "Netflix", "They lost me when they killed password sharing"),
    ("cancelled", "Peloton", "Sold the bike, cancelled the sub, joined a real gym"),
    ("cancelled", "Walgreens", "My prescriptions are at Costco now"),
    ("cancelled", "VMware", "Broadcom pricing made us leave last year"),
    ("cancelling", "One Medical", "Asked for my records to be sent to my new doctor"),
    ("cancelling", "HSBC", "My money leaves tomorrow"),
    ("cancelling", "Fitbit", "Selling my Fitbit before Google gets my heart rate"),
    ("cancelling", "Bank", "Can you walk me through closing my checking account?"),
    ("conditional", "Media", "I'll have to cancel my service if you can't do anything about this bill"),
    ("cancelling", "TeleCo", "go ahead and cancel it for me"),
    ("cancelling", "Delta", "This 15-year Platinum member is taking his business elsewhere"),
    ("cancelling", "Planet Fitness", "I'm letting my membership go at the end of the month"),
    ("cancelling", "BT", "Ringing first thing tomorrow to end my contract"),
    ("cancelling", "Santander", "Have started the switch to First Direct today"),
    ("cancelling", "YouTube TV", "Nope. Going back to cable, at least the news works there"),
    ("cancelling", "Spirit", "never flying with this lot again"),
    ("cancelling", "Plex", "Not sticking around to find out what they do with it"),
    ("cancelling", "Plex", "Moving everything to jellyfin this weekend"),
    ("cancelling", "Tesco", "I'm off to Lidl from now on"),
    ("cancelling", "WhatsApp", "We are on Signal from next week, whoever wants me finds me there"),
    ("cancelling", "EE", "I want to leave when my contract is up."),
    ("cancelling", "Sky", "I said no. Just cancel it please"),
    ("cancelling", "MediaCo", "my contract is up and i dont want to carry on with it"),
    ("cancelling", "Gym", "i would like to give my 30 days notice"),
    ("cancelling", "MediaCo", "Let's just end this today, I am tired of it"),
    ("cancelling", "Target", "I can live without Target"),
    ("cancelling", "Target", "My Target days are over"),
    ("cancelling", "Tesla", "My next car will not be a Tesla"),
    ("conditional", "Xfinity", "Can you do anything about the price? If not I'll have to go with Verizon"),
    ("conditional", "Target", "Apologise or lose me"),
    ("considering", "Tesco", "im so tempted to give Aldi a go instead"),
    ("conditional", "Verizon", "You've got till Friday to fix it and then I'm switching"),
    ("considering", "One Medical", "Not sure how I feel about staying with them after this"),
    ("considering", "One Medical", "Ugh, do I stay or do I go"),
    ("seeking", "One Medical", "who are people switching to in Boston?"),
    ("seeking", "One Medical", "how do I get my records out of One Medical before Amazon gets them"),
    ("considering", "Bell", "been eyeing Telus for a while now"),
    ("considering", "Target", "This makes me not want to shop there any more"),
    ("seeking", "Evernote", "I need something to replace Evernote. Must work offline"),
    ("seeking", "VMware", "For those who already left VMware, what did you go to?"),
    ("seeking", "EE", "How much notice must I give to leave"),
    ("seeking", "MediaCo", "what are the early termination charges on my line"),
]

NOT_LEAVING = [
    ("Delta", "This 20 year employee is taking her lunch elsewhere"),
    ("Netflix", "I can't let it go, that ending was terrible"),
    ("Sky", "Calling tomorrow to cancel the engineer visit"),
    ("Chase", "I started a transfer to my brother yesterday and it's stuck"),
    ("BT", "Not waiting around for the engineer, I'll be at work, please call"),
    ("Slack", "We are moving everything to the new office on Friday"),
    ("Tesco", "We are off to Spain in August, do you deliver there?"),
    ("Xfinity", "If not, I'll look for the receipt again"),
    ("Delta", "Otherwise I will have to move my seat"),
    ("MediaCo", "No, cancel the engineer and keep the line"),
    ("Netflix", "Season 2 was awful. Cancel it."),
    ("Tesla", "I used to drive a Honda until I got my Tesla"),
    ("Marriott", "Is there a cancellation charge if I come a day later?"),
    ("Gym", "Do I have to come in to cancel my class?"),
    ("Acme Bank", "I no longer require the replacement card, found the old one"),
    ("MediaCo", "Can you turn my internet off and on again"),
    ("T-Mobile", "I am returning my router because it's faulty, send a new one"),
    ("Delta", "Cancelled before we even boarded"),
    ("One Medical", "My doctor left you in January, who do I see now?"),
    ("Acme", "Our team has decided not to continue with the candidate"),
    ("Target", "I can't live without Target"),
    ("One Medical", "I wonder how many patients will leave"),
    ("One Medical", "Asked for my records to be sent to the specialist"),
    ("Uber", "deleted my old card and added a new one"),
    ("TeleCo", "I want to disconnect my old phone from the wifi"),
    ("Amazon", "Has anybody actually cancelled their Prime or is it just talk?"),
    ("Mint", "There is no replacement for Mint, I miss it"),
    ("Wells Fargo", "To be clear I don't want to close my account, I asked about a fee"),
    ("T-Mobile", "never had a reason to look elsewhere"),
    ("Fastmail", "Proud new Fastmail customer, moved from Outlook"),
]

OTHERS = [
    ("joining", "T-Mobile", "Just left Verizon for T-Mobile and the coverage is great"),
    ("joining", "Ally", "I would like to open a savings account with you"),
    ("joining", "Costco", "Signing up for a membership this weekend because of this"),
    ("staying", "Netflix", "Nope, keeping my subscription thanks"),
    ("staying", "Chase", "fifteen years with them and never had a problem"),
    ("staying", "Gym", "I've changed my mind, please leave my membership as it is"),
    ("urging", "Bank of America", "Get your money out while you can"),
    ("urging", "Chase", "Why does anyone still bank with these people?"),
    ("reported", "Verizon", "my whole office dumped Verizon this year"),
    ("reported", "Southwest", "Half the people in my street have switched to Delta"),
    ("reported", "Netflix", "lost 200,000 subscribers in a quarter, wow"),
]


@pytest.mark.parametrize(("stage", "target", "text"), OTHERS)
def test_who_stays_joins_urges_or_tells_of_others_is_told_apart(stage: str, target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage == stage


@pytest.mark.parametrize(("stage", "target", "text"), LEAVING)
def test_a_leaving_in_ordinary_words_is_found_with_its_stage(stage: str, target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage == stage


@pytest.mark.parametrize(("target", "text"), NOT_LEAVING)
def test_what_only_sounds_like_it_is_no_leaving(target: str, text: str) -> None:
    assert SCORER.react(text, target=target).intent.stage not in CANCEL_STAGES
