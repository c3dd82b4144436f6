"""The demo model's tokenizer: what is a token, its chat template, and that it is read back as it was written."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("needs_torch")
TEXTS = (
    "What is 47 + 18 - 9?",
    "<think>\n47 + 18 = 65.\n65 - 9 = 56. So the answer is 56.\n</think>\n\nThe answer is 56. Confidence: 85%",
    "Ünïcode 𝔘 \t 12+3 = 15,\r\n  x ",
)


@cache
def built() -> Any:
    from demo.tokenizer import build

    return build()


def reloaded(folder: Path) -> Any:
    from transformers import AutoTokenizer

    from demo.tokenizer import save

    save(built(), folder)
    return AutoTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("text", TEXTS, ids=["question", "reply", "odd characters"])
def test_a_text_comes_back_from_its_tokens(text: str) -> None:
    assert built().decode(built()(text)["input_ids"]) == text


def test_each_digit_sign_and_line_break_is_one_token() -> None:
    assert built().tokenize("47 + 8 = 55.\n") == ["4", "7", "Ġ+Ġ", "8", "Ġ=Ġ", "5", "5", ".", "Ċ"]


def test_the_reasoning_tags_are_single_tokens_that_stay_in_the_text() -> None:
    ids = built()("<think>\n</think>")["input_ids"]
    assert len(ids) == 3
    assert built().decode(ids, skip_special_tokens=True) == "<think>\n</think>"


def test_the_template_marks_who_speaks_and_opens_the_reply() -> None:
    messages = [{"role": "system", "content": "Think."}, {"role": "user", "content": "What is 1 + 1?"}]
    assert built().apply_chat_template(messages, tokenize=False, add_generation_prompt=True) == (
        "<|system|>Think.<|end|><|user|>What is 1 + 1?<|end|><|assistant|>"
    )


def test_what_is_trained_on_is_what_the_template_writes() -> None:
    from demo.batches import IGNORED, encode
    from demo.corpus.conversations import Message

    said = [Message("user", "What is 1 + 1?"), Message("assistant", TEXTS[1])]
    encoded = encode(said, built())
    written = built().apply_chat_template(
        [{"role": one.role, "content": one.text} for one in said], tokenize=False, add_generation_prompt=False
    )
    assert encoded.ids == built()(written)["input_ids"]
    learned = [label for label in encoded.labels if label != IGNORED]
    assert built().decode(learned) == TEXTS[1] + "<|end|>"


def test_what_a_message_is_given_is_read_but_not_learned() -> None:
    from demo.batches import IGNORED, encode
    from demo.corpus.conversations import Message

    said, given = TEXTS[1], TEXTS[1].index("\n\nThe answer")
    encoded = encode([Message("assistant", said, given)], built())
    assert encoded.ids == encode([Message("assistant", said)], built()).ids
    learned = [label for label in encoded.labels if label != IGNORED]
    assert built().decode(learned) == "\n\nThe answer is 56. Confidence: 85%<|end|>"


def test_the_tokenizer_round_trips_through_auto_tokenizer(tmp_path: Path) -> None:
    again = reloaded(tmp_path)
    assert again.model_max_length == built().model_max_length == 4096
    assert again.eos_token == "<|end|>"
    assert again.chat_template == built().chat_template
    for text in TEXTS:
        assert again(text)["input_ids"] == built()(text)["input_ids"]


def test_the_shipped_tokenizer_is_the_one_that_the_corpus_gives() -> None:
    from transformers import AutoTokenizer

    from demo.evaluate import MODEL

    assert AutoTokenizer.from_pretrained(MODEL).get_vocab() == built().get_vocab()
