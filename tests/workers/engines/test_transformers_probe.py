"""Probing along a trace gives, from one reading, what one request a point gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.asking import Ask, Message, Point, Probing, Reply, Sampling
from analysis.types import Role
from tests.engines_env import CONTEXT

TRACE = "<think>\nFirst 12 + 30 = 42, then 42 + 4 = 46.\nWait, let me check: 46 - 34 = 12, é.\n</think>"
ASKED = Ask((Message(Role.USER, "What is 12 + 34?"),), prefix=TRACE, sampling=Sampling(max_tokens=8, n_alternatives=1))
EVERY = tuple(Point(offset, "\nFINAL ANSWER: ") for offset in range(len(TRACE) + 1))


@pytest.fixture(scope="module")
def engine(tiny_llama: Path) -> Iterator[Any]:
    from workers.engines.transformers import TransformersEngine

    made = TransformersEngine(model=str(tiny_llama), device="cpu")
    yield made
    made.close()


def probed(engine: Any, ask: Ask, points: tuple[Point, ...]) -> list[Reply]:
    ((position, replies),) = engine.probe([Probing(ask, points)])
    assert position == 0
    return list(replies)


def alone(engine: Any, ask: Ask, points: tuple[Point, ...]) -> list[Reply]:
    asks = [replace(ask, prefix=ask.prefix[: point.offset] + point.suffix) for point in points]
    replies = dict(engine.complete(asks))
    return [replies[position] for position in range(len(points))]


def assert_same(found: list[Reply], expected: list[Reply]) -> None:
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert replace(one, tokens=(), continuations=()) == replace(other, tokens=(), continuations=())
        assert [token.token_id for token in one.tokens] == [token.token_id for token in other.tokens]
        assert weights(one) == pytest.approx(weights(other), abs=1e-5)
        assert one.continuations == pytest.approx(other.continuations, abs=1e-4)


def weights(reply: Reply) -> list[float]:
    return [token.log_probability or 0.0 for token in reply.tokens]


def test_every_offset_is_answered_as_if_it_were_asked_alone(engine: Any) -> None:
    assert_same(probed(engine, ASKED, EVERY), alone(engine, ASKED, EVERY))


def test_a_cut_inside_a_word_gets_the_tokens_of_the_cut_text(engine: Any) -> None:
    # " check" is one token of the trace; cut after "Wait, let me che" it is others, which the branch has as its own
    tokenizer = engine.model.tokenizer
    cut = TRACE.index("check") + 3
    assert len(tokenizer.tokenize(" check")) == 1
    (reply,) = probed(engine, ASKED, (Point(cut, ""),))
    assert reply.n_prompt_tokens == len(engine.model.prompts.ids(replace(ASKED, prefix=TRACE[:cut])))
    assert_same([reply], alone(engine, ASKED, (Point(cut, ""),)))


def test_a_point_that_adds_nothing_still_answers(engine: Any) -> None:
    whole = (Point(len(TRACE), ""),)
    assert_same(probed(engine, ASKED, whole), alone(engine, ASKED, whole))


def test_samples_stop_strings_and_continuations_are_those_of_a_request_alone(engine: Any) -> None:
    warm = Sampling(max_tokens=12, temperature=1.0, top_p=0.9, stop=(" the", "e"))
    ask = replace(ASKED, sampling=warm, seed=5, continuations=("46", " 12."))
    assert_same(probed(engine, ask, EVERY[::5]), alone(engine, ask, EVERY[::5]))


def test_branches_over_the_bound_are_read_in_groups_with_the_same_answers(engine: Any) -> None:
    # 13 points × more than 200 tokens of their own are over the bound of 2,048: two groups
    from workers.engines.local.branches import GROUP_COLUMNS

    long = replace(ASKED, sampling=Sampling(max_tokens=200))
    points = EVERY[::7]
    assert len(points) * 200 > GROUP_COLUMNS
    assert_same(probed(engine, long, points), alone(engine, long, points))


def test_a_point_past_the_context_is_an_error_and_the_earlier_ones_are_answered(engine: Any) -> None:
    trace = "1" * (2 * CONTEXT)
    points = (Point(10, "="), Point(2 * CONTEXT, "="))
    early, late = probed(engine, replace(ASKED, prefix=trace), points)
    assert early.n_tokens == 8
    assert f"the model's context holds {CONTEXT}" in late.error


def test_no_points_are_no_replies(engine: Any) -> None:
    assert probed(engine, ASKED, ()) == []


def test_the_cache_holds_the_trace_once(engine: Any) -> None:
    from workers.engines.local.branches import Trunk, write
    from workers.engines.local.rows import Row
    from workers.engines.local.stops import StopWatch

    prompts = engine.model.prompts
    whole, *cuts = prompts.extended(ASKED, [TRACE, *(TRACE[: p.offset] + p.suffix for p in EVERY[::8])])
    watch = StopWatch(engine.model.tokenizer, ())
    rows = [Row(place, ids, ASKED.sampling, 0, 8, watch) for place, ids in enumerate(cuts)]
    trunk = Trunk(engine.model, whole)
    write(trunk, rows)
    own = sum(len(ids) - trunk.shared(ids, len(ids) - 1) + 8 - 1 for ids in cuts)  # the last token is never read
    assert trunk.cache.length == trunk.n_read + own
    assert trunk.n_read <= len(whole)
