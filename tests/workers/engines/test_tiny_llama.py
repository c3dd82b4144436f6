"""The model that engines are tested on is what its tests take it for."""

from pathlib import Path

TEXT = "Wait: 12 + 34 = 46?\n<think>é"


def test_the_tiny_llama_loads_and_its_tokenizer_round_trips(tiny_llama: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    model = AutoModelForCausalLM.from_pretrained(tiny_llama)
    assert tokenizer.decode(tokenizer(TEXT)["input_ids"]) == TEXT
    assert model.config.head_dim == 32
    assert model.config.vocab_size == len(tokenizer)


def test_its_chat_template_marks_each_role_and_opens_the_assistants_turn(tiny_llama: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_llama)
    said = [{"role": "user", "content": "6 × 7?"}]
    rendered = tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
    assert rendered == "<|user|>6 × 7?<end><|assistant|>"
