"""Marker words in both counting modes: Self-Braking Tuning (arXiv 2505.14604v4), Appendix E."""

from hypothesis import given
from hypothesis import strategies as st

from analysis import markers


def counted(text: str) -> dict[str, int]:
    return {m: n for m, n in zip(markers.MARKERS, markers.count(text), strict=True) if n}


def test_the_lists_are_as_long_as_the_paper_and_its_repository_say() -> None:
    assert len(set(markers.MARKERS)) == 26
    assert len(markers.REPO_MARKERS) == 25
    assert "Maybe" not in markers.REPO_MARKERS


def test_a_marker_inside_a_word_counts_only_in_the_way_of_the_repository() -> None:
    assert counted("distribution of attributes, checked mightily") == {}
    # but in distribution, but in attributes, check in checked, might in mightily: 4 of 40 tokens
    assert markers.kappa_repo("distribution of attributes, checked mightily", 40) == 0.1


def test_the_longest_marker_wins_and_none_counts_twice() -> None:
    assert counted("Let me just double-check. Hmmm. Maybe I can consider this.") == {
        "Hmmm": 1,
        "Let me just double-check": 1,
        "Maybe I can consider": 1,
    }


def test_a_marker_of_several_words_is_several_tokens() -> None:
    # wait 1 + hold on 2 + just to make sure 4 = 7 of 70
    assert markers.kappa_paper(markers.count("Wait. Hold on, just to make sure"), 70) == 0.1


def test_a_marker_over_a_line_break_is_one() -> None:
    assert counted("let me\nverify") == {"Let me verify": 1}


def test_without_tokens_there_is_no_ratio() -> None:
    assert markers.kappa_paper(markers.count("wait"), 0) is None
    assert markers.kappa_repo("wait", 0) is None


@given(st.lists(st.sampled_from(markers.MARKERS), max_size=8))
def test_every_marker_written_between_full_stops_is_found_once(written: list[str]) -> None:
    assert markers.count(". ".join(written) + ".") == [written.count(marker) for marker in markers.MARKERS]


def test_no_marker_overlaps_itself_so_that_both_ways_of_counting_substrings_agree() -> None:
    for marker in (marker.lower() for marker in markers.MARKERS):
        assert not any(marker.endswith(marker[:n]) for n in range(1, len(marker)))


@given(st.lists(st.sampled_from([*markers.MARKERS, "hmm", "Let me", "x", " ", "but"]), max_size=12))
def test_the_ratio_of_the_repository_counts_substrings(written: list[str]) -> None:
    text = "".join(written)
    n_tokens = sum(text.lower().count(marker.lower()) * len(marker.split()) for marker in markers.REPO_MARKERS)
    assert markers.kappa_repo(text, 1) == n_tokens
