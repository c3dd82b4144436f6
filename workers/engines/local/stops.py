"""Stop strings: seen as tokens come, also across tokens and inside one, and cut from the text."""

from collections.abc import Sequence
from typing import Any

from tokenizers.decoders import DecodeStream


class StopWatch:
    """Watches one reply for any of its stop strings. Holds only the end of the text."""

    def __init__(self, tokenizer: Any, stops: Sequence[str]) -> None:
        self._stops = [stop for stop in stops if stop]
        self._longest = max(map(len, self._stops), default=0)
        self._backend = tokenizer.backend_tokenizer if self._stops else None
        self._stream = DecodeStream(skip_special_tokens=True)
        self._tail = ""

    def sees(self, token_id: int) -> bool:
        """Whether this token completes a stop string."""
        if self._backend is None:
            return False
        text = self._tail + (self._stream.step(self._backend, token_id) or "")
        self._tail = text[1 - self._longest :] if self._longest > 1 else ""
        return any(stop in text for stop in self._stops)


def cut(text: str, stops: Sequence[str]) -> str:
    """The text before its first stop string."""
    found = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    return text[: min(found)] if found else text
