"""How often a password may be tried."""

import pytest

from dashboards.attempts import MOST_KEPT, MOST_OF_ADDRESS, MOST_OF_NAME, SECONDS, Attempts


class Clock:
    """A clock that stands until somebody moves it."""

    now = 1000.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["2001:db8::1", "2001:db8::2"], ["::ffff:10.0.0.1", "10.0.0.1"]])
def test_an_address_has_so_many_tries_in_five_minutes(clock: Clock, addresses: list[str]) -> None:
    tried = Attempts(clock)
    for number in range(MOST_OF_ADDRESS):
        assert tried.begin(addresses[number % len(addresses)], f"name{number}") == 0
        clock.now += 1
    assert tried.begin(addresses[0], "another") == SECONDS - MOST_OF_ADDRESS
    assert tried.begin("10.9.9.9", "another") == 0
    clock.now += SECONDS - MOST_OF_ADDRESS + 0.1
    assert tried.begin(addresses[0], "another") == 0


def test_a_name_has_so_many_tries_from_wherever_they_come(clock: Clock) -> None:
    tried = Attempts(clock)
    for number in range(MOST_OF_NAME):
        assert tried.begin(f"10.0.0.{number}", "ann") == 0
    assert tried.begin("10.0.1.1", "ann") > 0
    assert tried.begin("10.0.1.1", "bob") == 0


def test_the_right_password_counts_for_nothing_and_forgives_no_wrong_one(clock: Clock) -> None:
    tried = Attempts(clock)
    for _ in range(MOST_OF_NAME - 1):
        tried.begin("10.0.0.1", "ann")
    for _ in range(5):
        assert tried.begin("10.0.0.1", "ann") == 0
        tried.right("10.0.0.1", "ann")
    assert tried.begin("10.0.0.1", "ann") == 0
    assert tried.begin("10.0.0.1", "ann") > 0


def test_many_addresses_fill_no_memory(clock: Clock) -> None:
    tried = Attempts(clock)
    for number in range(MOST_KEPT):
        tried.begin(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"name{number}")
    assert len(tried._at) <= MOST_KEPT
