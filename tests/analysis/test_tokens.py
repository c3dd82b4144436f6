"""Token counts: uploaded, interpolated, estimated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tokens
from analysis.types import TokenSource


def test_an_uploaded_total_is_shared_out_by_characters() -> None:
    # 300 of 1,200 characters were read: a quarter of 800 tokens
    assert tokens.count(300, 1200, n_tokens=800) == (800, 200, TokenSource.UPLOADED)


def test_an_uploaded_count_of_the_reasoning_is_taken_as_it_is() -> None:
    assert tokens.count(300, 1200, n_tokens=800, n_read_tokens=500).read == 500


def test_without_any_count_characters_are_divided_by_the_constant_and_the_source_says_so() -> None:
    assert tokens.count(29, 290) == (100, 10, TokenSource.ESTIMATED)


def test_an_uploaded_count_without_text_is_kept_and_nothing_is_made_up_for_what_was_read() -> None:
    assert tokens.count(0, 0, n_tokens=50) == (50, None, TokenSource.UPLOADED)


def test_a_negative_count_is_refused_with_its_value() -> None:
    with pytest.raises(ValueError, match="-3"):
        tokens.count(10, 10, n_tokens=-3)


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.data())
def test_a_place_has_no_more_tokens_than_the_text_and_a_later_place_no_fewer(
    n: int, total: int, data: st.DataObject
) -> None:
    early = data.draw(st.integers(0, n))
    late = data.draw(st.integers(early, n))
    assert 0 <= tokens.at(early, n, total) <= tokens.at(late, n, total) <= tokens.at(n, n, total) == total
