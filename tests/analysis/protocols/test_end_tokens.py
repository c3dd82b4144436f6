"""Engines give the token that ended a reply too; it is behind the text, and takes no likelihood away."""

from analysis.asking import Reply, Token
from analysis.protocols.probe_values import forced_answer, log_probability
from analysis.protocols.reading import n_tokens_until
from analysis.types import Problem

TOKENS = (Token(1, " 1", -0.25), Token(2, "9", -0.5), Token(3, ".", -0.125), Token(0, "<|end|>", -0.0625))


def test_a_forced_answer_keeps_its_likelihood_beside_an_end_token() -> None:
    """The value 19 is the tokens " 1" and "9": -0.25 - 0.5."""
    found = forced_answer("The answer is", Reply(" 19.", tokens=TOKENS), Problem())
    assert (found.value, log_probability(found.tokens)) == ("19", -0.75)


def test_tokens_up_to_a_place_are_counted_beside_an_end_token() -> None:
    assert n_tokens_until(Reply(" 19.", tokens=TOKENS), 3) == 2


def test_tokens_that_do_not_make_up_the_text_are_of_no_use() -> None:
    assert n_tokens_until(Reply(" 20.", tokens=TOKENS), 3) is None
