"""Generated hostile uploads: only errors in words come out, in bounded time (at length: `python -m bench.fuzz`)."""

from time import process_time

import pytest

from .fuzzing import Case, beginnings, case, read_whole

N_CASES, PER_TEST = 300, 20
SEED = 20_261
MOST_SECONDS = 5.0


@pytest.mark.parametrize("first", range(0, N_CASES, PER_TEST))
def test_generated_hostile_uploads_end_in_rows_or_in_words(first: int) -> None:
    for index in range(first, first + PER_TEST):
        given, began = case(SEED, index), process_time()
        assert read_whole(given) is None, f"seed {SEED}, case {index}: {given.name}"
        assert process_time() - began < MOST_SECONDS, f"seed {SEED}, case {index}: {given.name}"


def test_a_case_is_the_same_every_time() -> None:
    assert all(case(7, index) == case(7, index) for index in range(40))
    assert case(7, 1) != case(8, 1)


def test_the_cases_begin_at_every_format_and_break_each_in_several_ways() -> None:
    names = [case(SEED, index).name for index in range(1_000)]
    begun = {name.partition(": ")[0] for name in names}
    assert begun == set(beginnings())
    done = {step for name in names for step in name.partition(": ")[2].split(", ")}
    assert len(done) >= 18  # fifteen changes of bytes, then values, tables, columns and containers


def one_long_name(n: int) -> bytes:
    return b'{"' + b"a " * n + b'": "x", "response": "2"}'


def names_of_one_word(n: int) -> bytes:
    """A table whose columns each look like one model's answer."""
    columns = ",".join(f"m{k}_response" for k in range(n // 20))
    return f"{columns}\n{','.join('x' * (n // 20))}\n".encode()


def a_name_of_separators(n: int) -> bytes:
    return b'{"' + b"_-. " * (n // 4) + b'": "x", "response": "2"}'


@pytest.mark.parametrize("written", [one_long_name, names_of_one_word, a_name_of_separators])
def test_names_twice_as_long_or_as_many_do_not_take_four_times_as_long(written) -> None:  # type: ignore[no-untyped-def]
    spent = []
    for n in (50_000, 100_000):
        given = Case("names", {"a.json" if written is not names_of_one_word else "a.csv": written(n)})
        began = process_time()
        assert read_whole(given) is None
        spent.append(process_time() - began)
    assert spent[1] < 3.5 * spent[0] + 0.2
