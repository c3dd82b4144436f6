"""A transaction begins in the first gap: the database is asked again and again, and not for ever."""

import pytest
from django.db import OperationalError, connection

from apps.core.first_gap import first_gap, prompt_transaction


class Door:
    """A database that is locked so many times, then free."""

    def __init__(self, n_locked: int, words: str = "database is locked") -> None:
        self.n_locked, self.words, self.n_asked = n_locked, words, 0

    def __call__(self) -> None:
        self.n_asked += 1
        if self.n_asked <= self.n_locked:
            raise OperationalError(self.words)


def test_it_asks_until_the_database_is_free() -> None:
    door = Door(3)
    first_gap(door, seconds=10, look_again=0)
    assert door.n_asked == 4


def test_it_does_not_ask_for_ever() -> None:
    door = Door(10**9)
    with pytest.raises(OperationalError, match="locked"):
        first_gap(door, seconds=0.01, look_again=0.001)


def test_another_trouble_is_told_at_once() -> None:
    door = Door(1, "disk I/O error")
    with pytest.raises(OperationalError, match="disk"):
        first_gap(door, seconds=10)
    assert door.n_asked == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_a_transaction_that_is_taken_back_on_an_error() -> None:
    with prompt_transaction():
        assert is_open()
    assert not is_open()
    with pytest.raises(KeyError), prompt_transaction():
        raise KeyError
    assert not is_open()


def is_open() -> bool:
    return bool(connection.in_atomic_block)
