"""What tests of engines stand on: torch, and a tiny Llama with random weights and a tokenizer of its own.

Imports no model library before a test asks for one. A test names `needs_torch` (or `tiny_llama`, which does) and is
skipped loudly where torch or transformers is missing, and failed in CI.
"""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors")
SPECIAL = ("<pad>", "<end>", "<|system|>", "<|user|>", "<|assistant|>")
PLAIN = ("<think>", "</think>")
CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SENTENCES = (
    "What is 12 + 34? First 12 + 30 = 42, then 42 + 4 = 46.",
    "Wait, let me check: 46 - 34 = 12. So the answer is 46.",
    "FINAL ANSWER: 46\nConfidence: 90%\n",
    "the quick brown fox thinks about the number 5678 and then about 90.",
)
CONTEXT = 512


@pytest.fixture(scope="session")
def needs_torch() -> None:
    for library in LIBRARIES:
        if find_spec(library) is None:
            missing(f"{library} (make test installs it)")


@pytest.fixture(scope="session")
def tiny_llama(needs_torch: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny Llama, the same weights in every process."""
    return write_tiny_llama(tmp_path_factory.mktemp("models") / "tiny-llama")


def write_tiny_llama(folder: Path, *, seed: int = 0, **shape: float) -> Path:
    """Writes weights, configuration and tokenizer; `shape` overrides fields of LlamaConfig."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = tiny_tokenizer()
    sizes: dict[str, float] = {"num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1}
    sizes |= {"hidden_size": 64, "head_dim": 32, "intermediate_size": 96, "max_position_embeddings": CONTEXT}
    sizes |= {"initializer_range": 0.1} | shape  # far enough apart that greedy choices are no ties
    tokenizer.model_max_length = sizes["max_position_embeddings"]
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=False,
        **sizes,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        LlamaForCausalLM(config).eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@cache
def tiny_tokenizer() -> Any:
    """Byte-level pairs learned from four sentences; digits stand alone; a chat template."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    digits = pre_tokenizers.Split(Regex(r"\d"), "isolated")
    made.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=384,
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(SENTENCES, trainer)
    made.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in PLAIN])  # seen in decoded texts
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="<pad>",
        eos_token="<end>",
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under xdist one process runs them all: importing the libraries takes longer than most of the tests."""
    for item in items:
        if "needs_torch" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("torch"))
