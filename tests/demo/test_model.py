"""The weights that the project ships: they load, they are small, and they reason as their card says, within margins."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")
MOST_BYTES = 8 * 2**20
N = 100


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    from demo.evaluate import MODEL, evaluate
    from workers.engines.loading import load_engine

    engine = load_engine("transformers", {"model": str(MODEL), "dtype": "float32", "device": "cpu"})
    return evaluate(engine, N, seed=77)


def test_the_weights_are_safetensors_of_at_most_eight_megabytes() -> None:
    from demo.evaluate import MODEL

    weights = list(MODEL.glob("*.safetensors"))
    assert weights
    assert sum(path.stat().st_size for path in weights) <= MOST_BYTES
    assert not list(MODEL.glob("*.bin")) + list(MODEL.glob("*.pt"))


def test_the_model_is_a_llama_that_transformers_and_vllm_can_load() -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from demo.evaluate import MODEL

    config = json.loads((MODEL / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["head_dim"] >= 32  # vLLM has no attention for smaller heads
    model, tokenizer = AutoModelForCausalLM.from_pretrained(MODEL), AutoTokenizer.from_pretrained(MODEL)
    assert model.config.vocab_size == len(tokenizer)
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id


def test_the_model_answers_in_format(found: dict[str, Any]) -> None:
    assert found["in_format"] >= 0.9


def test_the_model_is_often_right_and_not_always(found: dict[str, Any]) -> None:
    assert 0.4 <= found["first_accuracy"] <= 0.95
    assert found["final_accuracy"] >= 0.5


def test_reflection_confirms_and_corrects(found: dict[str, Any]) -> None:
    assert found["transitions"]["tt"] > 0
    assert found["transitions"]["ft"] > 0
    assert found["gain"] > 0


def test_confidence_says_something(found: dict[str, Any]) -> None:
    assert found["confidence_auroc"] > 0.5


def test_hard_problems_are_harder(found: dict[str, Any]) -> None:
    by_level = {row["level"]: row["first_accuracy"] for row in found["by_difficulty"]}
    assert by_level[1] > by_level[5]


def test_the_model_chooses_better_than_chance() -> None:
    """Measured are 46 % of 200."""
    from demo.evaluate import MODEL, evaluate
    from workers.engines.loading import load_engine

    engine = load_engine("transformers", {"model": str(MODEL), "dtype": "float32", "device": "cpu"})
    chosen = evaluate(engine, N, seed=77, has_options=True)
    assert chosen["final_accuracy"] > 0.34  # chance is a quarter, its standard deviation for 100 is 0.043
    assert chosen["in_format"] >= 0.9
