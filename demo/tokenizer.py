"""The demo model's tokenizer: byte-level pieces learned from the corpus, one token a digit, and its chat template.

    python -m demo.tokenizer DIRECTORY

Every digit, line break and spaced sign is a token of its own, so a trace that is cut at any line reads the same.
"""

import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerBase, PreTrainedTokenizerFast

from demo.corpus.conversations import conversation

SEED, N_CONVERSATIONS, VOCABULARY = 11, 4_000, 512
MOST_TOKENS = 4_096
PAD, SYSTEM, USER, ASSISTANT, END = "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>"
THINK, THOUGHT = "<think>", "</think>"
PIECES = r" [-+=] |\d|\n| ?[A-Za-z]+|[^\sA-Za-z\d]|[^\S\n]"
TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def build() -> PreTrainedTokenizerFast:
    """Train the pieces and wrap them as transformers reads them back from a Llama-type directory."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PIECES), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [PAD, SYSTEM, USER, ASSISTANT, END]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - 2,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    rng = random.Random(SEED)  # noqa: S311  no secret hangs on it
    texts = (message.text for _ in range(N_CONVERSATIONS) for message in conversation(rng))
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken(tag, special=False, normalized=False) for tag in (THINK, THOUGHT)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        model_max_length=MOST_TOKENS,
        clean_up_tokenization_spaces=False,
        chat_template=TEMPLATE,
    )


def save(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write it with its class named as versions of transformers before 5 know it too."""
    tokenizer.save_pretrained(folder)
    settings = folder / "tokenizer_config.json"
    named = json.loads(settings.read_text()) | {"tokenizer_class": "PreTrainedTokenizerFast"}
    settings.write_text(json.dumps(named, indent=2) + "\n")


if __name__ == "__main__":
    save(build(), Path(sys.argv[1]))
