"""English ways of leaving, asked for and said in passing, and what only sounds like them. Written for these tests."""

import pytest

from workers.reaction import Scorer

SCORER = Scorer()

LEAVING = [
    ("Verizon", "want to close my accont"),
    ("Amazon", "pls delet my account"),
    ("Amazon", "how do i delte my acount"),
    ("Netflix", "cancle my subscripton please"),
    ("Netflix", "cancell my membershp"),
    ("Hulu", "how 2 cancel"),
    ("Chime", "how to close account"),
    ("Chime", "close acct"),
    ("Wayfair", "I no longer wish to be a customer"),
    ("Wayfair", "i no longer want an account with you"),
    ("Etsy", "i dont want to have an account on your site any more"),
    ("Xfinity", "i need to disconnect my service"),
    ("Xfinity", "please disconnect both lines"),
    ("Xfinity", "shut off my internet on the 15th, i have another provider"),
    ("ADT", "I'm writing to give 30 days notice on my contract"),
    ("ADT", "this is my notice of cancellation"),
    ("ADT", "consider this my written notice to terminate"),
    ("State Farm", "I would like to end my policy on June 1"),
    ("Barclays", "We'd like our joint account shut down"),
    ("Barclays", "please have the account shut"),
    ("Lloyds", "I want to withdraw everything and close the account"),
    ("HSBC", "I have opened an account with another bank, please close mine"),
    ("New York Times", "Stop billing me and stop the delivery"),
    ("New York Times", "stop my delivery for good"),
    ("New York Times", "end my subscription effective today"),
    ("Bank of America", "What's the procedure for closing a savings account?"),
    ("Bank of America", "what do I need to do to close out my account"),
    ("Washington Post", "where on the website can one unsubscribe"),
    ("Washington Post", "I can't find where to unsubscribe"),
    ("Washington Post", "can't find the cancel button anywhere"),
    ("Nationwide", "is there a penalty if I move my mortgage to another lender?"),
    ("Verizon", "I need a transfer pin to switch carriers"),
    ("Mint Mobile", "why was I billed? I ported out last month"),
    ("Chase", "I closed my account in March and still get letters"),
    ("Planet Fitness", "unenroll me"),
    ("Planet Fitness", "take me off your membership list, I'm done"),
    ("Liberty Mutual", "match the quote or don't renew my policy"),
    ("LA Times", "If you can't give me the old rate then just cancel it"),
    ("Comcast", "if you can't lower my bill then cancel my service"),
    ("Comcast", "lower my bill or I'm leaving"),
    ("Spotify", "fix the shuffle or I'm switching to Tidal"),
    ("Kroger", "I take my grocery money to HEB now"),
    ("Target", "Red card shredded back in February"),
    ("Target", "cut up my red card in March"),
    ("Tesla", "traded mine in for a Polestar"),
    ("Starbucks", "Last latte I'll ever buy was this morning"),
    ("Delta", "Haven't bought a ticket from you since 2022"),
    ("Shell", "haven't filled up with you since the spill"),
    ("Twitter", "I deactivated mine when he took over"),
    ("Walgreens", "My prescriptions are being transferred to CVS"),
    ("Walgreens", "moving my prescriptions to Costco"),
    ("O2", "Taking all our phones to Tesco Mobile"),
    ("Verizon", "taking my four lines to T-Mobile"),
    ("British Airways", "gave up my silver card in 2019 and never looked back"),
    ("Google", "I was off Facebook but now I left Google too"),
    ("Ring", "looking for a doorbell camera that isn't Ring"),
    ("United Airlines", "that was the last time you'll see me"),
    ("United Airlines", "last time you see me or my money"),
    ("YouTube", "one more price hike and I'm going back to adblock"),
    ("Costco", "If they cave they can have my card back"),
    ("Dish", "disconnect me please"),
    ("Zappos", "can you deactivate me permanently"),
    ("Currys", "just bin my account"),
    ("NatWest", "please arrange the closure of my joint account"),
    ("FT", "I do not require the subscription any longer"),
    ("Aviva", "we no longer require your cover"),
    ("HSBC", "Can my account be closed online?"),
    ("Navy Federal", "which form closes a membership"),
    ("Spectrum", "can I disconnect my internet through the app?"),
    ("Direct Line", "weighing up whether to leave"),
    ("Home Depot", "on the fence about continuing to shop there"),
    ("Boston Globe", "Discontinue home delivery, all days"),
]

NOT_LEAVING = [
    ("Verizon", "I cannot access my acount"),
    ("Amazon", "how do i delete an item from my cart"),
    ("Chase", "close the dispute please"),
    ("Chase", "please stop the payment on check 1042"),
    ("Delta", "my flight was cancelled, why"),
    ("Delta", "please cancel my seat selection"),
    ("ADT", "my notice says my rate goes up"),
    ("Barclays", "the branch shut down last year"),
    ("New York Times", "stop my delivery for two weeks while on vacation"),
    ("New York Times", "stop delivery while we are away"),
    ("Walgreens", "I need my prescription transferred to your Main St store"),
    ("Verizon", "I need a transfer pin for my new phone"),
    ("Tesla", "traded my Ford in for a Model 3"),
    ("Netflix", "they cancelled my favorite show"),
    ("Comcast", "lower my bill please"),
    ("Starbucks", "that was my last cup before the surgery"),
    ("Target", "they cut up my card by mistake"),
    ("O2", "taking my phone to the repair shop"),
    ("Sky", "my contract ends in May, can I get a better deal?"),
    ("Bank of America", "what's the procedure to open a savings account"),
    ("Zappos", "i need to cancel one pair"),
    ("Dish", "disconnect the call please"),
    ("Zoom", "why did it disconnect me"),
    ("Xbox", "it keeps disconnecting me"),
    ("HSBC", "can my card be used abroad?"),
    ("HSBC", "can my account be upgraded online?"),
    ("Aviva", "I do not need the windscreen cover any longer, can you reprice"),
    ("Direct Line", "weighing up whether to renew with you or add my wife"),
    ("Vonage", "is there a fee if I change plan"),
    ("Spectrum", "can I disconnect my TV box from the router"),
    ("Walmart", "take my name off the mailing list"),
]


@pytest.mark.parametrize(("target", "text"), LEAVING)
def test_a_leaving_is_found_and_its_rule_named(target: str, text: str) -> None:
    intent = SCORER.react(text, target=target, lang_claim="en").intent
    assert intent.cancel, intent
    assert intent.evidence


@pytest.mark.parametrize(("target", "text"), NOT_LEAVING)
def test_what_only_sounds_like_it_is_none(target: str, text: str) -> None:
    assert not SCORER.react(text, target=target, lang_claim="en").intent.cancel
