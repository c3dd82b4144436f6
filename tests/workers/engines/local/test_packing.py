"""Which requests are computed together: by hand."""

from hypothesis import given
from hypothesis import strategies as st

from workers.engines.local.packing import Budget, Need, groups, longest_first, n_joining, n_shared

WIDE = Budget(tokens=1000, rows=8)
TEN = Need(prompt=10, whole=100)


def test_longer_prompts_come_first_and_ties_keep_their_order() -> None:
    assert longest_first([Need(3, 9), Need(7, 9), Need(3, 50), Need(8, 9)]) == [3, 1, 0, 2]


def test_rows_join_up_to_the_number_of_rows() -> None:
    assert n_joining([TEN] * 20, [], WIDE) == 8
    assert n_joining([TEN] * 20, [TEN] * 5, WIDE) == 3


def test_every_row_costs_as_much_as_the_longest() -> None:
    # 4 rows × 250 = 1000 fit; a fifth would make 1250
    assert n_joining([Need(10, 250), *[TEN] * 9], [], WIDE) == 4
    assert n_joining([TEN] * 9, [Need(10, 250)], WIDE) == 3


def test_a_request_over_the_budget_runs_alone() -> None:
    huge = Need(900, 5000)
    assert n_joining([huge, TEN], [], WIDE) == 1
    assert n_joining([huge, TEN], [TEN], WIDE) == 0
    assert n_joining([], [], WIDE) == 0


def test_groups_are_neighbours_within_the_budget() -> None:
    assert groups([3, 3, 3, 9, 1], 6) == [[0, 1], [2], [3], [4]]
    assert groups([], 6) == []


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_the_shared_start_is_the_one_found_token_by_token(first: list[int], second: list[int]) -> None:
    naive = 0
    while naive < min(len(first), len(second)) and first[naive] == second[naive]:
        naive += 1
    assert n_shared(first, second) == naive
