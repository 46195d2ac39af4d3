"""English posts about a service that is bought: who leaves over it, and who only speaks of it; ours."""

import pytest

from workers.reaction import Scorer

SCORER = Scorer()

LEAVING = [
    ("Fitbit", "Left when Google bought them."),
    ("Waze", "stopped using it the day google bought it"),
    ("One Medical", "Bailed as soon as Amazon closed the deal"),
    ("Mint", "jumped ship when Intuit took over"),
    ("Fitbit", "Went Coros after the google buyout"),
    ("Simple", "I was out the door the day BBVA bought it"),
    ("Boots", "moved my prescriptions to an independent after the buyout"),
    ("One Medical", "My records now live at Stanford"),
    ("LastPass", "my passwords now live in Bitwarden"),
    ("WhatsApp", "zuck-free since 2021"),
    ("One Medical", "Termination letter sent this morning"),
    ("Equinox", "asked for my membership to be ended"),
    ("Figma", "And that's my cue to leave."),
    ("Paramount+", "the Skydance merger was the nudge I needed"),
    ("Telegraph", "Well that's me out."),
    ("Citrix", "contract ends in June and we are not signing another"),
    ("Twitter", "This is my final post here."),
    ("Twitter", "You can find me on Bluesky from now on"),
    ("One Medical", "If this closes, so does my account."),
    ("One Medical", "The day the deal closes is the day I leave"),
    ("One Medical", "If Amazon gets my chart I'd move my records that same day"),
    ("1Password", "They sell to PE, I walk."),
    ("One Medical", "Otherwise it's goodbye."),
    ("Discover", "Eyeing the exit since the Capital One news"),
    ("One Medical", "Part of me wants to leave before Amazon takes over"),
    ("LastPass", "One foot out the door since the PE news"),
    ("Alaska", "the merger has me shopping around"),
    ("LastPass", "Not sure I want to stick around under private equity"),
    ("One Medical", "looking for a primary care practice not owned by Amazon"),
    ("LastPass", "Best password manager not owned by private equity?"),
    ("Evernote", "what's the best way to export everything before I cancel?"),
    ("PillPack", "has anyone moved their prescriptions off PillPack?"),
]
NOT_LEAVING = [
    ("One Medical", "My doctor left when Amazon bought them"),
    ("One Medical", "half the doctors left after the acquisition"),
    ("One Medical", "Sold my shares the day the deal closed"),
    ("One Medical", "Cancelled my Prime over the One Medical deal"),
    ("One Medical", "If you bank with them, take your records and go elsewhere"),
    ("One Medical", "part of me wants to believe them"),
    ("Fitbit", "Worked there for six years, left when Google bought them"),
    ("Fitbit", "Dropped it in the pool the day Google bought it"),
    ("Fitbit", "I was out running when Google bought it"),
    ("Skype", "They paid billions only to let it die of neglect"),
    ("Mint", "Intuit bought it and then killed it"),
    ("US Steel", "got out before the deal closed, nice profit"),
    ("Target", "went to Kohls after the sale ended"),
    ("Figma", "That's my cue to go to bed"),
    ("Slack", "That's my cue to leave the office"),
    ("Evernote", "Exporting everything to PDF so my boss can read it"),
    ("Twitter", "this is my final post about the merger"),
    ("Twitter", "Find me on Bluesky too, I post on both"),
    ("Twitter", "Find me on Twitch instead tonight"),
    ("Peloton", "This class was the push I needed"),
    ("Peloton", "that's me out of breath"),
    ("Kroger", "If this closes, so do a hundred stores."),
    ("Kroger", "They raise prices, we pay. That's how it works"),
    ("Discover", "investors are eyeing the exit after the Capital One offer"),
    ("Truist", "Termination letter sent to my husband after 22 years at the branch"),
    ("LastPass", "has anyone got a refund out of LastPass support"),
    ("Telegraph", "any paper not owned by a hedge fund is a miracle these days"),
    ("United", "how do I get a voucher before I leave United terminal"),
    ("Chelsea", "we are not signing another striker this window"),
    ("VMware", "not signing until legal has read it"),
    ("Walgreens", "my data now lives in the cloud, apparently"),
]


@pytest.mark.parametrize(("target", "text"), LEAVING)
def test_who_leaves_over_a_deal_is_found_and_the_rule_named(target: str, text: str) -> None:
    intent = SCORER.react(text, target=target, lang_claim="en").intent
    assert intent.cancel, intent
    assert intent.evidence


@pytest.mark.parametrize(("target", "text"), NOT_LEAVING)
def test_who_only_speaks_of_a_deal_does_not_leave(target: str, text: str) -> None:
    assert not SCORER.react(text, target=target, lang_claim="en").intent.cancel
