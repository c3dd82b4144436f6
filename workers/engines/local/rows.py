"""One request while it is generated: its tokens so far, whether it has ended, and the reply it becomes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from analysis.asking import Reply, Sampling, Token
from workers.engines.local.prompts import Prompts
from workers.engines.local.sampling import generator_of
from workers.engines.local.stops import StopWatch, cut

NOT_A_NUMBER = "the model's output is not a number: its weights or its precision do not fit"


@dataclass(slots=True)
class Chosen:
    """One new token with the model's own log-probability, before any processor and temperature."""

    token_id: int
    log_probability: float
    alternatives: Sequence[tuple[int, float]] = ()


@dataclass(slots=True)
class Row:
    """A request at work. `limit` is how many tokens it may still write, the context's end included."""

    position: int
    prompt: list[int]
    sampling: Sampling
    seed: int
    limit: int
    watch: StopWatch
    written: list[int] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)
    finish_reason: str = ""
    error: str = ""
    uniform: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.uniform = generator_of(self.seed)
        if self.limit <= 0:
            self.finish_reason = "length"

    @property
    def n_tokens(self) -> int:
        return len(self.prompt) + len(self.written)

    @property
    def last(self) -> int:
        return self.written[-1] if self.written else self.prompt[-1]

    def draw(self) -> float:
        return self.uniform.random() if self.sampling.temperature > 0 else 0.0

    def take(self, chosen: Chosen, ends: frozenset[int]) -> None:
        """Adds a token, and sees whether it is the last."""
        if not math.isfinite(chosen.log_probability):
            self.fail(NOT_A_NUMBER)
            return
        self.written.append(chosen.token_id)
        self.chosen.append(chosen)
        if chosen.token_id in ends or self.watch.sees(chosen.token_id):
            self.finish_reason = "stop"
        elif len(self.written) >= self.limit:
            self.finish_reason = "length"

    def fail(self, error: str) -> None:
        self.finish_reason, self.error = "error", error

    def reply(self, prompts: Prompts) -> Reply:
        return Reply(
            text=cut(prompts.text(self.written, self.prompt), self.sampling.stop),
            finish_reason=self.finish_reason,
            tokens=[_token(each, prompts) for each in self.chosen],
            n_tokens=len(self.written),
            n_prompt_tokens=len(self.prompt),
            seed=self.seed,
            error=self.error,
        )


def _token(chosen: Chosen, prompts: Prompts) -> Token:
    others = tuple((prompts.token_text(other), log_p) for other, log_p in chosen.alternatives)
    return Token(chosen.token_id, prompts.token_text(chosen.token_id), chosen.log_probability, others)


def refused(error: str, seed: int) -> Reply:
    return Reply(finish_reason="error", error=error, seed=seed)
