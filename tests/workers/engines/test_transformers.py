"""The transformers engine against transformers' own generate, and what a request may ask and get wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.asking import Ask, Message, Reply, Sampling
from analysis.types import Role
from tests.engines_env import CONTEXT
from workers.engines.loading import load_engine

SUMS = [Ask((Message(Role.USER, f"What is {n} + 34?{' Wait.' * n}"),), seed=n) for n in range(7)]
GREEDY = Sampling(max_tokens=24)
WARM = Sampling(max_tokens=24, temperature=1.0)


@pytest.fixture(scope="module")
def engine(tiny_llama: Path) -> Iterator[Any]:
    made = load_engine("transformers", {"model": str(tiny_llama), "device": "cpu"})
    yield made
    made.close()


def answered(engine: Any, *asks: Ask, **more: Any) -> list[Reply]:
    replies = dict(engine.complete(asks, **more))
    return [replies[position] for position in range(len(asks))]


def ids_of(reply: Reply) -> list[int]:
    return [token.token_id for token in reply.tokens]


def by_generate(engine: Any, ask: Ask, n_tokens: int) -> list[int]:
    import torch

    ids = torch.tensor([engine.model.prompts.ids(ask)])
    made = engine.model.network.generate(ids, max_new_tokens=n_tokens, do_sample=False)
    return [int(each) for each in made[0, ids.shape[1] :]]


def test_greedy_tokens_are_those_of_generate_for_prompts_of_any_length(engine: Any) -> None:
    for ask, reply in zip(SUMS, answered(engine, *(replace(ask, sampling=GREEDY) for ask in SUMS)), strict=True):
        assert ids_of(reply) == by_generate(engine, ask, 24)
        assert (reply.finish_reason, reply.n_tokens) == ("length", 24)


def test_rows_that_join_a_batch_at_work_get_the_same_tokens(engine: Any, tiny_llama: Path) -> None:
    asks = [replace(ask, sampling=Sampling(max_tokens=3 + 5 * (n % 4))) for n, ask in enumerate(SUMS)]
    narrow = load_engine("transformers", {"model": str(tiny_llama), "device": "cpu", "max_batch": 2})
    assert [ids_of(reply) for reply in answered(narrow, *asks)] == [ids_of(reply) for reply in answered(engine, *asks)]
    narrow.close()


def test_log_probabilities_are_those_of_one_forward_pass(engine: Any) -> None:
    import torch

    (reply,) = answered(engine, replace(SUMS[3], sampling=replace(WARM, n_alternatives=2)))
    prompt = engine.model.prompts.ids(SUMS[3])
    with torch.inference_mode():
        logits = engine.model.network(torch.tensor([prompt + ids_of(reply)])).logits[0].log_softmax(-1)
    for place, token in enumerate(reply.tokens):
        then = logits[len(prompt) - 1 + place]
        assert token.log_probability == pytest.approx(float(then[token.token_id]), abs=1e-5)
        likeliest = [log_p for other, log_p in enumerate(then.tolist()) if other != token.token_id]
        assert [log_p for _, log_p in token.alternatives] == pytest.approx(sorted(likeliest)[:-3:-1], abs=1e-5)


def test_a_seed_gives_the_same_tokens_again_and_in_another_batch(engine: Any) -> None:
    asks = [replace(ask, sampling=WARM) for ask in SUMS]
    together = [ids_of(reply) for reply in answered(engine, *asks)]
    assert together == [ids_of(reply) for reply in answered(engine, *asks)]
    assert together == [ids_of(answered(engine, ask)[0]) for ask in asks]


def test_seeds_differ_and_samples_of_one_prompt_share_its_reading(engine: Any) -> None:
    replies = answered(engine, *(replace(SUMS[0], sampling=WARM, seed=seed) for seed in range(8)))
    assert len({tuple(ids_of(reply)) for reply in replies}) == 8
    assert [reply.seed for reply in replies] == list(range(8))


def test_the_likeliest_of_one_is_greedy(engine: Any) -> None:
    greedy, top_1, narrow, rarest = answered(
        engine,
        replace(SUMS[1], sampling=GREEDY),
        replace(SUMS[1], sampling=replace(WARM, top_k=1)),
        replace(SUMS[1], sampling=replace(WARM, top_p=1e-6)),
        replace(SUMS[1], sampling=replace(WARM, min_p=1.0)),
    )
    assert ids_of(greedy) == ids_of(top_1) == ids_of(narrow) == ids_of(rarest)


def test_a_stop_string_ends_the_reply_and_is_cut_from_it(engine: Any) -> None:
    (whole,) = answered(engine, replace(SUMS[2], sampling=GREEDY))
    middle = whole.text[6:10]
    first = whole.text.index(middle)
    (reply,) = answered(engine, replace(SUMS[2], sampling=replace(GREEDY, stop=("never written", middle))))
    assert (reply.text, reply.finish_reason) == (whole.text[:first], "stop")
    assert reply.n_tokens < whole.n_tokens
    assert ids_of(reply) == ids_of(whole)[: reply.n_tokens]


def test_the_end_token_ends_the_reply_and_a_processor_may_write_it(engine: Any) -> None:
    import torch

    end = engine.model.tokenizer.eos_token_id

    def ends_after_three(written: Any, logits: Any) -> Any:
        return torch.where(torch.arange(len(logits)) == end, 1e9, logits) if len(written) == 3 else logits

    (reply,) = answered(engine, replace(SUMS[2], sampling=GREEDY), processors=[ends_after_three])
    (free,) = answered(engine, replace(SUMS[2], sampling=GREEDY))
    assert ids_of(reply) == [*ids_of(free)[:3], end]
    assert (reply.finish_reason, reply.tokens[3].text) == ("stop", "<end>")
    assert reply.text == engine.model.tokenizer.decode(ids_of(free)[:3])
    assert (reply.tokens[3].log_probability or 0) < -1  # the model's own, not the processor's


def test_a_prefix_begins_the_assistants_turn_and_is_not_repeated(engine: Any) -> None:
    prompt = "<|user|>6?<end><|assistant|>So 4"
    chat = Ask((Message(Role.CRITIC, "6?"),), prefix="So 4", sampling=GREEDY)
    by_text = Ask(text=prompt, sampling=GREEDY)
    by_ids = Ask(token_ids=tuple(engine.model.tokenizer(prompt)["input_ids"]), sampling=GREEDY)
    replies = answered(engine, chat, by_text, by_ids)
    assert replies[0] == replies[1] == replies[2]
    assert replies[0].n_prompt_tokens == len(engine.model.tokenizer(prompt)["input_ids"])


def test_continuations_are_weighed_as_one_forward_pass_does(engine: Any) -> None:
    import torch

    ask = Ask(text="First 12 + 30 = 42, then ", continuations=("42", "46.\n", ""), sampling=Sampling(max_tokens=0))
    (reply,) = answered(engine, ask)
    tokenizer = engine.model.tokenizer
    n_prompt = len(tokenizer(ask.text)["input_ids"])
    for text, found in zip(ask.continuations, reply.continuations, strict=True):
        ids = tokenizer(f"{ask.text}{text}")["input_ids"]  # the tokenizer never merges across "then " and a digit
        with torch.inference_mode():
            logits = engine.model.network(torch.tensor([ids])).logits[0].log_softmax(-1)
        weights = [float(logits[place - 1, ids[place]]) for place in range(n_prompt, len(ids))]
        assert found == pytest.approx(sum(weights), abs=1e-4)
    assert (reply.text, reply.n_tokens, reply.finish_reason) == ("", 0, "length")


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (Ask(text=""), "the prompt is empty"),
        (Ask(), "exactly one of them"),
        (Ask(text="a", token_ids=(1,)), "exactly one of them"),
        (Ask(text="1" * CONTEXT), f"the prompt has {CONTEXT} tokens and the model's context holds {CONTEXT}"),
        (Ask(token_ids=(1, 10**6)), "token id 1000000 is outside the vocabulary"),
        (Ask(text="half \ud83d of it"), "half a surrogate pair at character 5"),
    ],
)
def test_an_ask_that_cannot_be_answered_says_why_and_the_others_go_on(engine: Any, ask: Ask, reason: str) -> None:
    bad, good = answered(engine, ask, replace(SUMS[0], sampling=GREEDY))
    assert bad.finish_reason == "error"
    assert reason in bad.error
    assert (good.error, good.n_tokens) == ("", 24)


def test_a_reply_ends_where_the_context_does(engine: Any) -> None:
    (reply,) = answered(engine, Ask(text="1" * (CONTEXT - 5), sampling=GREEDY))
    assert (reply.n_tokens, reply.finish_reason) == (5, "length")


def test_bytes_that_are_no_character_are_shown_as_such(engine: Any) -> None:
    first, second = engine.model.tokenizer("é", add_special_tokens=False)["input_ids"]
    assert engine.model.prompts.token_text(first) == "�"
    assert engine.model.prompts.text([first, second]) == "é"


def test_hidden_states_have_a_row_a_token(engine: Any) -> None:
    states = engine.hidden_states(SUMS[0], layers=[0, 2])
    assert tuple(states.shape) == (2, len(engine.model.prompts.ids(SUMS[0])), 64)


def test_provenance_names_the_weights_by_their_bytes(engine: Any, tiny_llama: Path) -> None:
    import hashlib

    import torch

    weights = tiny_llama / "model.safetensors"
    about = engine.about()
    assert about["model_hash"] == hashlib.sha256(b"model.safetensors\0" + weights.read_bytes()).hexdigest()
    assert about["versions"]["torch"] == torch.__version__.partition("+")[0]
    assert (about["dtype"], about["model"], about["context"]) == ("float32", "tiny-llama", CONTEXT)
    assert about["seeds"] == "the same ask and seed give the same tokens in the same batch"


def test_weights_that_are_not_numbers_are_an_error_of_the_reply(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    from tests.engines_env import write_tiny_llama

    weights = write_tiny_llama(tmp_path / "broken") / "model.safetensors"
    tensors = load_file(weights)
    tensors["model.norm.weight"] = torch.full_like(tensors["model.norm.weight"], float("nan"))
    save_file(tensors, weights, {"format": "pt"})
    engine = load_engine("transformers", {"model": str(weights.parent), "device": "cpu"})
    assert "is not a number" in answered(engine, SUMS[0])[0].error
    engine.close()


def test_when_memory_runs_out_the_rows_at_work_fail_and_the_next_go_on(engine: Any, tiny_llama: Path) -> None:
    import torch

    # a narrow batch of two: the longest two prompts begin, and the device has no memory for their fifth token
    calls: list[int] = []

    def starves_once(written: Any, logits: Any) -> Any:
        if len(written) == 4 and not calls:
            calls.append(1)
            raise torch.OutOfMemoryError("no more")
        return logits

    narrow = load_engine("transformers", {"model": str(tiny_llama), "device": "cpu", "max_batch": 2})
    asks = [replace(ask, sampling=GREEDY) for ask in SUMS]
    replies = answered(narrow, *asks, processors=[starves_once])
    assert [bool(reply.error) for reply in replies] == [False] * 5 + [True] * 2
    assert "out of memory with 2 requests in the batch" in replies[6].error
    assert replies[6].n_tokens == 4
    assert [ids_of(reply) for reply in replies[:5]] == [ids_of(reply) for reply in answered(engine, *asks[:5])]
    narrow.close()


def test_a_model_is_loaded_once_and_a_closed_engine_says_so(engine: Any, tiny_llama: Path) -> None:
    other: Any = load_engine("transformers", {"model": str(tiny_llama), "device": "cpu"})
    assert other.model is engine.model
    other.close()
    other.close()
    assert engine.model
    with pytest.raises(RuntimeError, match="closed"):
        next(other.complete([SUMS[0]]))
