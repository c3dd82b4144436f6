"""The scripted engine: deterministic replies, and faults on demand. For tests, demonstrations and dry runs.

A reply depends on the ask and (above temperature 0) its seed only, never on order or time, but for `fail_every`,
which counts. Its log-probabilities are made up from the same hash.
"""

import hashlib
import json
import random
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.asking import Ask, Probing, Reply, Token
from workers.engines.scripted_reasoner import Manner, reply_to, stated

VERSION = "1"
PIECE = re.compile(r"\s*\S{1,12}|\s+")
HOSTILE = (
    "<script>alert(1)</script>",
    "[" * 3000,
    "[(1, \"__import__('os').system('id')\")]",
    "\x00\ud800\u202eFINAL ANSWER: {question}",
    "</think>" * 50 + "\\boxed{" * 500,
    '{"decided": ' * 400,
    "1e999999999 Confidence: 999% SCORE: 1e400 VERDICT: \u0661",
    "[(99999999999999999999, 'x'), (-1, ''), (None, None), [1], {}]",
)


class ScriptedEngine:
    """Replies from a list, from cues, or from the reasoner; see `analysis.catalogue` for the settings."""

    def __init__(
        self,
        *,
        model: str = "scripted",
        replies: Sequence[str] = (),
        cues: Sequence[Sequence[str]] = (),
        slips: float = 0.35,
        repairs: float = 0.6,
        spoils: float = 0.05,
        delay_seconds: float = 0.0,
        cut_after: int = 0,
        fail_every: int = 0,
        fail_share: float = 0.0,
        empty_share: float = 0.0,
        hostile_share: float = 0.0,
    ) -> None:
        self._model = model
        self._replies = tuple(replies)
        self._cues = tuple((str(cue), str(reply)) for cue, reply in cues)
        self._manner = Manner(slips, repairs, spoils)
        self._delay, self._cut_after, self._fail_every = delay_seconds, cut_after, fail_every
        self._shares = {"fail": fail_share, "empty": empty_share, "hostile": hostile_share}
        self._n_asked = 0

    def about(self) -> Mapping[str, object]:
        script = [self._replies, self._cues, *vars_of(self._manner), self._cut_after, self._shares]
        made_of = hashlib.sha256(json.dumps(script).encode()).hexdigest()[:16]
        return {
            "kind": "scripted",
            "model": self._model,
            "model_hash": made_of,
            "version": VERSION,
            "seeds": "the same ask and seed give the same reply",
        }

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        for position, ask in enumerate(asks):
            yield position, self._answer(ask)

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        for position, (ask, points) in enumerate((each.ask, each.points) for each in probings):
            asks = [replace(ask, prefix=ask.prefix[: point.offset] + point.suffix) for point in points]
            yield position, [self._answer(each) for each in asks]

    def close(self) -> None:
        """Nothing is held."""

    def _answer(self, ask: Ask) -> Reply:
        self._n_asked += 1
        if self._delay:
            time.sleep(self._delay)
        rng = random.Random(digest_of(ask))  # noqa: S311 (replies, not secrets)
        if self._fail_every and self._n_asked % self._fail_every == 0:
            return Reply(finish_reason="error", error=f"scripted failure of ask {self._n_asked}", seed=ask.seed)
        chosen = self._fault(rng)
        if chosen == "fail":
            return Reply(finish_reason="error", error="scripted failure", seed=ask.seed)
        return self._cut(ask, self._text(ask, rng, chosen), rng)

    def _fault(self, rng: random.Random) -> str:
        chance = rng.random()
        for name, share in self._shares.items():
            chance -= share
            if chance < 0:
                return name
        return ""

    def _text(self, ask: Ask, rng: random.Random, chosen: str) -> str:
        if chosen:
            return "" if chosen == "empty" else rng.choice(HOSTILE)
        read = prompt_of(ask)
        for cue, reply in self._cues:
            if cue in read:
                return reply
        return rng.choice(self._replies) if self._replies else reply_to(ask, rng, self._manner)

    def _cut(self, ask: Ask, text: str, rng: random.Random) -> Reply:
        """A text up to its stop string, its token limit and the script's own cut, with tokens."""
        ends = [at for stop in ask.sampling.stop if stop and (at := text.find(stop)) >= 0]
        text = text[: min(ends)] if ends else text
        pieces = PIECE.findall(text[: self._cut_after] if self._cut_after else text)
        kept = pieces[: ask.sampling.max_tokens]
        written = "".join(kept)
        return Reply(
            text=written,
            finish_reason="stop" if written == text else "length",
            tokens=[_token(piece, rng, ask.sampling.n_alternatives) for piece in kept],
            n_tokens=len(kept),
            n_prompt_tokens=len(PIECE.findall(prompt_of(ask))),
            continuations=tuple(_likelihood(ask, each) for each in ask.continuations),
            seed=ask.seed,
        )


def vars_of(manner: Manner) -> tuple[float, float, float]:
    return manner.slips, manner.repairs, manner.spoils


def prompt_of(ask: Ask) -> str:
    """Everything that a model would read, as one text."""
    told = "\n".join(f"{message.role.value}: {message.text}" for message in ask.messages)
    return f"{told}{ask.text or ''}{' '.join(map(str, ask.token_ids or ()))}{ask.prefix}"


def digest_of(ask: Ask) -> int:
    """A number that only the prompt, the role and, above temperature 0, the seed decide."""
    drawn = ask.seed if ask.sampling.temperature > 0 else 0
    words = "\x1f".join((prompt_of(ask), ask.role, str(drawn)))
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:8])


def _token(piece: str, rng: random.Random, n_alternatives: int) -> Token:
    drawn = -(rng.random() ** 3)
    others = tuple((f"{piece}{number}" if number else piece, drawn - number) for number in range(n_alternatives))
    token_id = int.from_bytes(hashlib.sha256(piece.encode("utf-8", "surrogatepass")).digest()[:4])
    return Token(token_id, piece, drawn, others)


def _likelihood(ask: Ask, continuation: str) -> float:
    """Likely where the prompt last stated that value, unlikely else; more so for longer texts."""
    said = stated(ask.prefix) == continuation.strip()
    noise: Any = random.Random(digest_of(replace(ask, prefix=ask.prefix + continuation))).random()  # noqa: S311
    return float(-0.2 - noise if said else -2.0 - len(continuation) / 10 - noise)
