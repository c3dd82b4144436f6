"""Stop strings are seen where they end, however the tokens fall."""

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")


def seen_at(text: str, *stops: str) -> int | None:
    """How many characters had come when a stop was seen; every token of the test is one byte."""
    from tests.engines_env import tiny_tokenizer
    from workers.engines.local.stops import StopWatch

    tokenizer = tiny_tokenizer()
    watch = StopWatch(tokenizer, stops)
    for n_come, character in enumerate(text, start=1):
        ids = tokenizer(character, add_special_tokens=False)["input_ids"]
        if [watch.sees(each) for each in ids][-1]:
            return n_come
    return None


def test_a_stop_across_tokens_is_seen_with_its_last_character() -> None:
    assert seen_at("one two three", "two") == 7


def test_the_first_of_several_stops_counts() -> None:
    assert seen_at("one two three", "three", "o t") == 9


def test_a_stop_of_one_character_and_one_of_two_bytes_are_seen() -> None:
    assert seen_at("ab", "b") == 2
    assert seen_at("caféé", "é") == 4


def test_what_is_not_written_is_not_seen_and_an_empty_stop_is_none() -> None:
    assert seen_at("one two", "three", "") is None
    assert seen_at("one two", "") is None


def test_the_text_is_cut_before_its_first_stop() -> None:
    from workers.engines.local.stops import cut

    assert cut("one two three", ("three", "", "o t")) == "one tw"
    assert cut("one two three", ("four",)) == "one two three"
