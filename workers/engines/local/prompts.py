"""Asks as token ids, and token ids as text. Knows a tokenizer with a chat template, and no model."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from jinja2 import TemplateError

from analysis.asking import Ask, Message, Point
from analysis.types import Role

CHAT_ROLES = {Role.SYSTEM: "system", Role.ASSISTANT: "assistant", Role.TOOL: "tool"}  # who else speaks is the user
N_BEFORE = 4


class AskRefused(ValueError):
    """This ask cannot be answered; the message says why, and becomes the reply's error."""


class Prompts:
    """What a tokenizer makes of asks: the same ids for a trace cut at a point as for that text asked alone."""

    def __init__(self, tokenizer: Any, context: int, n_vocabulary: int) -> None:
        self._tokenizer = tokenizer
        self.context = context
        self._n_vocabulary = n_vocabulary
        self._token_texts: dict[int, str] = {}
        self._backend = tokenizer.backend_tokenizer
        self._backend.no_truncation()  # whatever the folder says: a cut prompt would be another one
        self._backend.no_padding()
        self._ordinary = self._encode(["a"], special=False)[0][-1:]

    def ids(self, ask: Ask) -> list[int]:
        """The prompt and prefix of an ask, checked against the model's context."""
        return self.checked(self.extended(ask, [ask.prefix])[0])

    def at_points(self, ask: Ask, points: Sequence[Point]) -> list[list[int]]:
        """Ids of the trace cut at each point, with the point's suffix; unchecked, so that one bad point spoils none."""
        return self.extended(ask, [ask.prefix[: point.offset] + point.suffix for point in points])

    def extended(self, ask: Ask, prefixes: Sequence[str]) -> list[list[int]]:
        """Ids of the ask's prompt with each of these instead of its own prefix."""
        given = [ask.messages or None, ask.text, ask.token_ids]
        if sum(each is not None for each in given) != 1:
            raise AskRefused("an ask is a conversation, a text or token ids: exactly one of them")
        if ask.token_ids is not None:
            start = self._known(ask.token_ids)
            return [start + ids for ids in self._encode(prefixes, special=False)]
        head = self._rendered(ask.messages) if ask.text is None else ask.text
        special = ask.text is not None  # a chat template writes its special tokens itself
        return self._encode([head + prefix for prefix in prefixes], special=special)

    def checked(self, ids: list[int]) -> list[int]:
        if not ids:
            raise AskRefused("the prompt is empty")
        if len(ids) >= self.context:
            raise AskRefused(f"the prompt has {len(ids)} tokens and the model's context holds {self.context}")
        return ids

    def text(self, ids: Sequence[int], before: Sequence[int] = ()) -> str:
        """The text of new ids after others: some tokenizers drop a space that begins a text."""
        lead = list(before[-N_BEFORE:])
        head = self._decode(lead, skip=True)
        whole = self._decode(lead + list(ids), skip=True)
        return whole[len(head) :] if whole.startswith(head) else self._decode(ids, skip=True)

    def token_ends(self, text: str) -> list[int]:
        """Where each token of a text ends; of a character that takes several tokens only the last reaches its end."""
        spans = self._backend.encode(text, add_special_tokens=False).offsets
        ends = [end if end <= after else start for (start, end), (after, _) in pairwise(spans)]
        return [*ends, len(text)] if spans else []

    def token_text(self, token_id: int) -> str:
        """One token alone, special tokens written out, bytes that are no character as U+FFFD."""
        if token_id not in self._token_texts:
            head = self._decode(self._ordinary, skip=False)
            self._token_texts[token_id] = self._decode([*self._ordinary, token_id], skip=False)[len(head) :]
        return self._token_texts[token_id]

    def _rendered(self, messages: Sequence[Message]) -> str:
        if not self._tokenizer.chat_template:
            raise AskRefused("the model has no chat template: ask with a text")
        said = [{"role": CHAT_ROLES.get(each.role, "user"), "content": each.text} for each in messages]
        try:
            rendered = self._tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        except (TemplateError, TypeError, ValueError) as error:
            raise AskRefused(f"the model's chat template refuses this conversation: {error}") from error
        return str(rendered)

    def _known(self, token_ids: Sequence[int]) -> list[int]:
        strange = [each for each in token_ids if not 0 <= each < self._n_vocabulary]
        if strange:
            raise AskRefused(f"token id {strange[0]} is outside the vocabulary of {self._n_vocabulary}")
        return list(token_ids)

    def _encode(self, texts: Sequence[str], *, special: bool) -> list[list[int]]:
        """All at once: the tokenizer uses every core, and a probe's points are whole traces."""
        for text in texts:
            _check_characters(text)
        return [each.ids for each in self._backend.encode_batch_fast(list(texts), add_special_tokens=special)]

    def _decode(self, ids: Sequence[int], *, skip: bool) -> str:
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=skip, clean_up_tokenization_spaces=False))


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise AskRefused(f"the prompt holds half a surrogate pair at character {error.start}") from error
