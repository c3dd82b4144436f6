"""Our verdicts against Math-Verify's on the shared data, pair by pair; they differ where the committed table says."""

import logging
import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from math_verify import parse, verify

from analysis.answers.disagreements import BY_HAND, FROM_DATA, Disagreement
from analysis.answers.grade import grade, grade_cheap
from analysis.answers.symbolic import grade_symbolic
from analysis.types import Outcome
from bench.grading import Pair, final_pairs, letter_pairs, line_pairs

N_LINES = 2_000
N_CROSSED = 1_000

Verifier = Callable[..., bool]


@pytest.fixture(scope="module")
def plain() -> Iterator[Verifier]:
    """Math-Verify with gold and answer in a box, or the answer as it stands; only parses are kept."""
    logging.disable(logging.CRITICAL)
    parsed: Callable[[str], list[Any]] = lru_cache(None)(lambda text: parse(text, parsing_timeout=None))

    def verdict(gold: str, answer: str, bare: bool = True) -> bool:
        wanted = parsed(f"\\boxed{{{gold}}}")
        readings = [parsed(f"\\boxed{{{answer}}}"), *([parsed(answer)] if bare else [])]
        return any(verify(wanted, reading, timeout_seconds=None) for reading in readings)

    yield verdict
    logging.disable(logging.NOTSET)


def ours(gold: str, answer: str) -> bool:
    return grade((gold,), answer, symbolic=grade_symbolic).outcome == Outcome.CORRECT


def unlisted(pairs: list[Pair], plain: Verifier) -> list[Pair]:
    listed = {(each.gold, each.answer) for each in FROM_DATA}
    return [pair for pair in pairs if pair not in listed and ours(*pair) != plain(*pair)]


@pytest.mark.shared
def test_on_final_answers_the_two_differ_only_where_listed(shared: Path, plain: Verifier) -> None:
    pairs = list(dict.fromkeys([*final_pairs(shared), *letter_pairs(shared)]))
    assert len(pairs) > 3_000
    assert unlisted(pairs, plain) == []


@pytest.mark.shared
def test_on_values_in_lines_of_reasoning_the_two_differ_only_where_listed(shared: Path, plain: Verifier) -> None:
    pairs = random.Random(0).sample(sorted(set(line_pairs(shared))), N_LINES)
    assert unlisted(pairs, plain) == []


@pytest.mark.shared
def test_what_the_cheap_routes_decide_between_any_two_answers_is_as_math_verify_has_it(
    shared: Path, plain: Verifier
) -> None:
    """Every kind of value against every other: answers of different problems, integers left out."""
    values = sorted({text for pair in final_pairs(shared) for text in pair if text and not text.lstrip("-").isdigit()})
    rng = random.Random(0)
    crossed = [(rng.choice(values), rng.choice(values)) for _ in range(N_CROSSED)]
    listed = {frozenset((each.gold, each.answer)) for each in FROM_DATA}
    for gold, answer in crossed:
        given = grade_cheap(gold, answer)
        if given is not None and frozenset((gold, answer)) not in listed:
            boxed = plain(gold, answer, False)
            assert (given.outcome == Outcome.CORRECT) == boxed, (gold, answer)


@pytest.mark.parametrize("each", FROM_DATA + BY_HAND, ids=lambda each: f"{each.gold} {each.answer}")
def test_each_listed_pair_is_still_a_disagreement(each: Disagreement, plain: Verifier) -> None:
    assert ours(each.gold, each.answer) == each.ours
    assert plain(each.gold, each.answer, False) == (not each.ours)
