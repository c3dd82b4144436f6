"""The transformers engine lets its driver look around between steps, and says where the tokens of a text end."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.asking import Ask, Reply, Sampling
from workers.engines.interface import Stepping

ASKS = [Ask(text=f"What is {k} + 12?", sampling=Sampling(max_tokens=12, temperature=0.8), seed=k) for k in range(3)]
OTHER = replace(ASKS[0], text="the quick brown fox", seed=9)


@pytest.fixture
def engine(tiny_llama: Path) -> Any:
    from workers.engines.transformers import TransformersEngine

    engine = TransformersEngine(model=str(tiny_llama), dtype="float32", device="cpu")
    yield engine
    engine.close()


def texts(engine: Any, *asks: Ask) -> list[str]:
    found: dict[int, Reply] = dict(engine.complete(asks))
    return [found[place].text for place in sorted(found)]


def test_it_looks_around_before_every_step(engine: Any) -> None:
    """One reading of the prompts, which gives the first token, and eleven steps for the others."""
    is_stepping: bool = isinstance(engine, Stepping)
    assert is_stepping
    looks = list[int]()
    engine.between_steps = lambda: looks.append(1)
    list(engine.complete([replace(ASKS[0], sampling=Sampling(max_tokens=12))]))
    assert len(looks) == 12


def test_what_is_asked_between_steps_is_answered_and_changes_nothing(engine: Any) -> None:
    alone, other = texts(engine, *ASKS), texts(engine, OTHER)
    said = list[str]()

    def ask_once() -> None:
        if not said:
            said.append("")
            said[0:] = texts(engine, OTHER)

    engine.between_steps = ask_once
    assert texts(engine, *ASKS) == alone
    assert said == other


@pytest.mark.parametrize("text", ["What is 12 + 34?", "", " \n<think>é😀 x", "a" * 99])
def test_tokens_of_a_text_end_in_order_with_the_text(engine: Any, text: str) -> None:
    ends = engine.token_ends(text)
    assert len(ends) == len(engine.model.tokenizer(text, add_special_tokens=False)["input_ids"])
    assert ends == sorted(ends)
    assert not text or ends[-1] == len(text)
