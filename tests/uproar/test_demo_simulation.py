"""The simulated deal of the demo."""

import string
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from uproar.demo.script import load_script
from uproar.demo.simulate import CANCEL_ROLES, Simulated, announced_at, enact, simulate
from uproar.demo.watch_text import render_watch
from uproar.watch import load_watch

END = datetime(2031, 3, 4, 18, 0, tzinfo=UTC)
ANNOUNCED = announced_at(end=END)
SEEDS = pytest.mark.parametrize("seed", [1, 2, 3])


def when(one: Simulated) -> datetime:
    return datetime.fromisoformat(str(one.post["created_at"]))


def minutes_after(one: Simulated) -> float:
    return (when(one) - ANNOUNCED) / timedelta(minutes=1)


@cache
def day(seed: int = 1) -> tuple[Simulated, ...]:
    return tuple(enact(seed=seed, end=END))


def leaving(seed: int) -> list[Simulated]:
    """Originals about the author's own leaving."""
    return [one for one in day(seed) if one.role in CANCEL_ROLES and not one.repost]


def test_the_same_arguments_give_the_same_posts_and_another_seed_gives_others() -> None:
    first, again, other = (list(simulate(seed=seed, end=END, posts=500)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_posts_come_in_the_order_of_their_time_inside_the_hours_asked_for() -> None:
    times = [when(one) for one in day()]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert END - timedelta(hours=24) <= times[0]
    assert times[-1] < END


def test_there_are_as_many_posts_as_asked_for_and_each_has_an_id_of_its_own() -> None:
    posts = list(simulate(seed=1, end=END))
    assert len(posts) == 6000
    assert len({post["id"] for post in posts}) == 6000


def test_a_post_has_exactly_the_keys_of_the_file_source_and_no_role() -> None:
    for post in simulate(seed=1, end=END, posts=300):
        assert set(post) == {"id", "text", "lang", "created_at", "author", "source"}
        assert str(post["created_at"]).endswith("Z")
        assert str(post["author"]).startswith("sim_")


def test_nearly_all_originals_differ() -> None:
    texts = [one.post["text"] for one in day() if not one.repost]
    assert len(set(texts)) > 0.97 * len(texts)


def test_both_languages_speak_and_french_reacts_later() -> None:
    languages = Counter(one.post["lang"] for one in day())
    assert 0.3 < languages["fr"] / languages.total() < 0.5
    loud = {
        lang: sorted(minutes_after(one) for one in leaving(1) if one.post["lang"] == lang and minutes_after(one) > 0)
        for lang in ("en", "fr")
    }
    assert loud["fr"][len(loud["fr"]) // 4] > loud["en"][len(loud["en"]) // 4] + 20


@SEEDS
def test_nobody_speaks_of_the_deal_before_the_announcement_and_little_is_written(seed: int) -> None:
    before = [one for one in day(seed) if when(one) < ANNOUNCED]
    assert 0.03 * 6000 < len(before) < 0.1 * 6000
    roles = load_script().roles
    assert {one.role for one in before}.isdisjoint({"conditional", "urging", "against", "for"})
    for role in roles.values():
        for lang in ("en", "fr"):
            told = " ".join(role.sentences(lang, quiet=True)) if role.before else ""
            assert not any(word in told for word in ("rachat", "rachète", "takeover", "deal", "buying"))


@SEEDS
def test_the_peak_hour_has_ten_times_the_leavers_of_any_hour_before(seed: int) -> None:
    hours = Counter(int(minutes_after(one) // 60) for one in leaving(seed))
    loudest_before = max(count for hour, count in hours.items() if hour < 0)
    assert max(hours.values()) >= 10 * max(1, loudest_before)


@SEEDS
def test_anger_rises_within_minutes_and_leaving_spikes_after_it(seed: int) -> None:
    angry = [minutes_after(one) for one in day(seed) if one.role == "against" and when(one) >= ANNOUNCED]
    assert sum(1 for minute in angry if minute < 15) > 60
    english = Counter(int(minutes_after(one) // 10) for one in leaving(seed) if one.post["lang"] == "en")
    assert english.most_common(1)[0][0] in {2, 3}
    assert english[2] > 5 * english[0]


@SEEDS
def test_a_guard_of_six_times_the_expected_is_passed_soon_after_the_first_leavers(seed: int) -> None:
    ten_minutes = Counter(int(minutes_after(one) // 10) for one in leaving(seed))
    expected = sum(count for slot, count in ten_minutes.items() if slot < 0) / (14 * 6)
    assert ten_minutes[2] >= max(5, 6 * expected)
    assert max(count for slot, count in ten_minutes.items() if slot < 0) <= 5


@SEEDS
def test_a_smaller_wave_of_leavers_follows_in_the_evening(seed: int) -> None:
    hours = Counter(int(minutes_after(one) // 60) for one in leaving(seed))
    assert 2 * hours[5] < hours[7] < hours[0]


def test_a_repost_repeats_an_earlier_original_of_another_post() -> None:
    seen: set[str] = set()
    reposts = 0
    for one in day():
        text = str(one.post["text"])
        if one.repost:
            reposts += 1
            assert one.post["source"] == "x"
            assert text.startswith("RT @")
            assert text in seen
        seen.add(f"RT @{one.post['author']}: {text}")
    assert 300 < reposts < 1500


def test_a_short_simulation_and_one_with_a_single_post_work_too() -> None:
    assert len(list(simulate(seed=1, end=END, hours=1, posts=50))) == 50
    assert len(list(simulate(seed=1, end=END, hours=48, posts=1))) == 1


@pytest.mark.parametrize(("end", "hours", "posts"), [(END.replace(tzinfo=None), 24, 10), (END, 0, 10), (END, 24, 0)])
def test_what_cannot_be_simulated_is_refused_at_once(end: datetime, hours: int, posts: int) -> None:
    with pytest.raises(ValueError, match=r"must be at least 1|needs a time zone"):
        simulate(seed=1, end=end, hours=hours, posts=posts)


def test_the_script_has_sentences_enough_in_both_languages() -> None:
    roles = load_script().roles.values()
    english, french = (sum(len(getattr(role, lang)) for role in roles) for lang in ("en", "fr"))
    assert english + french >= 150
    assert 0.35 < french / (english + french) < 0.45


def test_each_placeholder_of_the_script_has_something_to_stand_for() -> None:
    script = load_script()
    for lang in ("en", "fr"):
        known = {"service", "buyer", *script.slots[lang]}
        for role in script.roles.values():
            mood = script.moods[role.mood]
            every = (*role.sentences(lang, quiet=False), *role.sentences(lang, quiet=True))
            for phrase in (*every, *mood.openers[lang], *mood.tails[lang]):
                assert {name for _, name, _, _ in string.Formatter().parse(phrase) if name} <= known, phrase


@pytest.mark.parametrize("posts_path", ["/var/tmp/posts.jsonl", 'C:\\new "demo"\\été\x7f.jsonl'])  # noqa: S108 - only a name
def test_the_demo_watch_loads_with_any_path(tmp_path: Path, posts_path: str) -> None:
    place = tmp_path / "demo.toml"
    start = END - timedelta(hours=24)
    text = render_watch(
        posts_path=posts_path, receiver_url="http://127.0.0.1:9999/", starts=start, announced_at=ANNOUNCED
    )
    place.write_text(text, encoding="utf-8")
    watch = load_watch(place)
    assert watch.name == "demo"
    assert watch.simulated
    assert watch.starts == start
    assert watch.sources[0].type == "file"
    assert watch.sources[0].options == {"path": posts_path, "format": "jsonl"}
    assert watch.timeline[0].at == ANNOUNCED
    assert watch.alerts.clock == "posts"
    assert [(one.name, one.url, one.allow_private) for one in watch.alerts.endpoints] == [
        ("receiver", "http://127.0.0.1:9999/", True)
    ]


def test_the_demo_watch_is_about_the_companies_of_the_script(tmp_path: Path) -> None:
    place = tmp_path / "demo.toml"
    place.write_text(
        render_watch(posts_path="p.jsonl", receiver_url="http://127.0.0.1:1/", starts=END, announced_at=END),
        encoding="utf-8",
    )
    watch, names = load_watch(place), load_script().names
    assert watch.services[0].name == names.service
    assert names.buyer in watch.names


def test_the_demo_watch_refuses_a_moment_without_a_zone() -> None:
    naive = datetime(2031, 3, 4)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="time zone"):
        render_watch(posts_path="p", receiver_url="http://127.0.0.1:1/", starts=naive, announced_at=END)
