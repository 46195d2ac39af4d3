import threading
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlmodel import Session, select

from uproar import budget, database
from uproar.budget import BudgetSpentError, Granted, Limits, State
from uproar.commands.budget import describe, show
from uproar.models import Charge
from uproar.settings import Settings

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
LIMITS = Limits(day=1_000, month=5_000, least=10, micros_a_post=5_000)
ONCE = Limits(day=1_000, month=5_000, least=10, micros_a_post=5_000, once_a_day=True)


def reserve(posts: int, *, limits: Limits = LIMITS, now: datetime = NOW, account: str = "x") -> Granted:
    with database.writing() as session:
        return budget.reserve(session, account, posts=posts, now=now, limits=limits)


def settle(granted: Granted, number: int, *, first: int = 0, limits: Limits = LIMITS) -> int:
    with database.writing() as session:
        return budget.settle(session, granted, ids=[str(first + at) for at in range(number)], limits=limits)


def state(*, limits: Limits = LIMITS, now: datetime = NOW) -> State:
    with database.reading() as session:
        return budget.state(session, "x", now=now, limits=limits)


def test_what_is_reserved_counts_until_it_is_settled(store: Settings) -> None:
    granted = reserve(100)
    assert (state().day.posts, state().day.reserved, state().day.left) == (0, 100, 900)
    assert settle(granted, 37) == 37
    spent = state().day
    assert (spent.posts, spent.reserved, spent.left, spent.requests, spent.micros) == (37, 0, 963, 1, 185_000)
    reserve(50)
    assert state().day.used == 87


def test_a_call_is_lowered_to_what_is_left_and_not_made_with_less_than_the_least(store: Settings) -> None:
    assert settle(reserve(985), 985) == 985
    assert reserve(100).posts == 15
    with pytest.raises(BudgetSpentError, match="1,000 of 1,000 posts of this day") as caught:
        reserve(100)
    assert caught.value.until == NOW + timedelta(minutes=10)  # some of it is only reserved
    assert state().day.requests == 2


def test_less_than_the_least_is_left_over(store: Settings) -> None:
    reserve(991)
    with pytest.raises(BudgetSpentError, match="991 of 1,000"):
        reserve(100)
    assert state().level == "spent"


def test_a_new_day_is_a_new_budget_until_the_month_is_spent(store: Settings) -> None:
    for day in range(5):
        settle(reserve(1_000, now=NOW + timedelta(days=day)), 1_000)
    later = NOW + timedelta(days=5)
    with pytest.raises(BudgetSpentError, match="5,000 of 5,000 posts of this month") as caught:
        reserve(100, now=later)
    assert caught.value.until == datetime(2026, 12, 1, tzinfo=UTC)
    assert state(now=later).until == caught.value.until
    assert reserve(100, now=datetime(2026, 12, 1, tzinfo=UTC)).posts == 100


def test_days_and_months_are_those_of_utc(store: Settings) -> None:
    east = datetime.fromisoformat("2026-12-01T03:00:00+05:00")
    assert reserve(10, now=east).day == "2026-11-30"
    assert budget.reserve.__doc__


def test_a_call_over_midnight_is_booked_where_it_was_reserved(store: Settings) -> None:
    granted = reserve(100, now=NOW.replace(hour=23, minute=59))
    settle(granted, 60)
    assert state().day.posts == 60
    assert state(now=NOW + timedelta(days=1)).day.used == 0


def test_none_may_be_bought_with_a_cap_of_nothing(store: Settings) -> None:
    nothing = Limits(day=1_000, month=0, least=10)
    with pytest.raises(BudgetSpentError):
        reserve(10, limits=nothing)
    assert (state(limits=nothing).level, state(limits=nothing).month.share) == ("spent", 1.0)


def test_a_request_without_posts_is_counted_and_always_granted(store: Settings) -> None:
    reserve(1_000)
    assert reserve(0).posts == 0
    assert (state().day.used, state().day.requests) == (1_000, 2)


def test_what_may_have_come_besides_stays_booked(store: Settings) -> None:
    with database.writing() as session:
        budget.settle(session, reserve_in(session, 100), ids=["1", "2"], unsure=30, limits=LIMITS)
        budget.settle(session, reserve_in(session, 10), ids=[str(at) for at in range(8)], unsure=30, limits=LIMITS)
    assert (state().day.posts, state().day.reserved) == (10, 32)


def test_a_grant_is_renewed_or_holds_as_before(store: Settings) -> None:
    first = reserve(200)
    ids = [str(at) for at in range(80)]
    with database.writing() as session:
        second = budget.renew(session, first, ids=ids, posts=900, least=200, now=NOW, limits=LIMITS)
    assert second.posts == 900
    assert (state().day.posts, state().day.reserved, state().day.requests) == (80, 900, 1)
    ids = [str(at) for at in range(720)]
    with pytest.raises(BudgetSpentError, match="800 of 1,000"), database.writing() as session:
        budget.renew(session, second, ids=ids, posts=900, least=201, now=NOW, limits=LIMITS)
    assert (state().day.posts, state().day.reserved) == (80, 900)


def reserve_in(session: Session, posts: int) -> Granted:
    return budget.reserve(session, "x", posts=posts, now=NOW, limits=LIMITS)


def test_what_is_spent_is_spent_until_midnight(store: Settings) -> None:
    settle(reserve(1_000), 1_000)
    with pytest.raises(BudgetSpentError) as stop:
        reserve(10)
    assert stop.value.until == datetime(2026, 11, 23, tzinfo=UTC)


def test_accounts_have_budgets_of_their_own(store: Settings) -> None:
    reserve(1_000)
    assert reserve(1_000, account="y").posts == 1_000


def test_the_same_post_costs_once_a_day_where_that_is_the_rule(store: Settings) -> None:
    assert settle(reserve(50, limits=ONCE), 30, limits=ONCE) == 30
    assert settle(reserve(50, limits=ONCE), 30, first=20, limits=ONCE) == 20
    assert state().day.posts == 50
    tomorrow = NOW + timedelta(days=1)
    assert settle(reserve(50, limits=ONCE, now=tomorrow), 30, limits=ONCE) == 30
    assert settle(reserve(50), 30) == 30


def test_charges_of_days_long_past_are_forgotten(store: Settings) -> None:
    for day in range(4):
        settle(reserve(10, limits=ONCE, now=NOW + timedelta(days=day)), 10, limits=ONCE)
    with database.reading() as session:
        days = {charge.day for charge in session.exec(select(Charge))}
    assert days == {"2026-11-24", "2026-11-25"}


def test_more_than_was_reserved_is_booked_as_it_came(store: Settings) -> None:
    assert settle(reserve(10), 25) == 25
    assert (state().day.posts, state().day.reserved) == (25, 0)


def test_many_at_once_never_get_more_than_there_is(store: Settings) -> None:
    granted: list[int] = []
    stops: list[BudgetSpentError] = []

    def buy() -> None:
        for _ in range(15):
            try:
                one = reserve(30)
            except BudgetSpentError as error:
                stops.append(error)
            else:
                granted.append(one.posts)
                settle(one, one.posts)

    threads = [threading.Thread(target=buy) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(granted) == 1_000
    assert (state().day.posts, state().day.reserved) == (1_000, 0)
    assert len(stops) == 90 - len(granted)


def test_four_fifths_are_a_warning_and_all_is_a_stop(store: Settings) -> None:
    reserve(799)
    assert state().level == "fine"
    reserve(1 + 9)
    assert (state().level, state().until) == ("warning", None)
    reserve(191)
    assert (state().level, state().until) == ("spent", datetime(2026, 11, 23, tzinfo=UTC))


def test_the_forecast_goes_on_as_the_last_days_went(store: Settings) -> None:
    assert state().forecast == 0
    for day in (15, 18, 20, 22):
        settle(reserve(480, now=NOW.replace(day=day)), 480)
    left = (datetime(2026, 12, 1, tzinfo=UTC) - NOW).total_seconds()
    elapsed = (NOW - datetime(2026, 11, 18, tzinfo=UTC)).total_seconds()
    assert state().forecast == 4 * 480 + round(3 * 480 / elapsed * left)
    assert state(now=NOW + timedelta(days=30)).forecast == 0


def test_the_command_says_what_was_bought_and_what_is_left(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    settle(reserve(100, now=now), 60)
    reserve(30, now=now)
    answer = CliRunner().invoke(show)
    assert answer.exit_code == 0, answer.output
    today = next(line for line in answer.output.splitlines() if line.startswith("today"))
    assert today.split() == ["today", "60", "30", "10,000", "9,910", "1%", "2", "0.45"]
    assert "forecast" in answer.output


def test_the_command_warns_and_says_when_it_goes_on(store: Settings) -> None:
    reserve(900)
    assert "WARNING" in describe(state(), LIMITS)[-1]
    reserve(100)
    last = describe(state(), LIMITS)[-1]
    assert last.startswith("SPENT: nothing is bought before 2026-11-23T00:00Z")
    assert "UPROAR_X_POSTS_A_MONTH" in last
