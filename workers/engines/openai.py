"""The openai engine: any server that speaks OpenAI's HTTP interface, asked many requests at once.

What fails for a while (429, 5xx, timeouts, a connection lost, a reply cut short) is tried again with growing pauses;
what the server refuses is that one reply's error. The key is read from the worker's environment or a file, sent in
one header and told nowhere.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from typing import Any, Generic, NamedTuple, TypeVar

from analysis.asking import Ask, Probing, Reply
from analysis.protocols.settings import SettingRefused
from workers.engines.remote.bodies import CannotAsk, Request, Wire, prompt_of, request_for, scoring
from workers.engines.remote.http import Answer, Server, key_from
from workers.engines.remote.pace import Pace, backoff
from workers.engines.remote.replies import (
    Unreadable,
    cached_tokens,
    echoed_log_probability,
    prompt_log_probabilities,
    reply_of,
)

CHARS_PER_TOKEN = 4
STOPPED = "the engine was closed"
K = TypeVar("K")


class Patience(NamedTuple):
    """How often and after which pauses a request is tried again."""

    n_retries: int
    first: float
    most: float
    longest_wait: float


class OpenAIEngine:
    """See `analysis.catalogue` for the settings."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key_env: str = "",
        api_key_file: str = "",
        continuation: str = "continue_final_message",
        chat_template: str = "",
        limit_field: str = "max_tokens",
        max_parallel: int = 16,
        requests_per_minute: int = 0,
        tokens_per_minute: int = 0,
        timeout_seconds: float = 600.0,
        n_retries: int = 6,
        backoff_seconds: float = 0.5,
        most_backoff_seconds: float = 60.0,
        seeds: bool = True,
        log_probabilities: bool = True,
        token_ids: bool = False,
    ) -> None:
        if not model.strip():
            raise SettingRefused("model is empty, must be the server's name for one")
        self._base_url = base_url.strip().rstrip("/")
        self._server = Server(base_url, key_from(api_key_env, api_key_file), timeout_seconds)
        self._wire = Wire(model, continuation, chat_template, limit_field, seeds, log_probabilities, token_ids)
        self._pace = Pace(requests_per_minute, tokens_per_minute)
        self._patience = Patience(n_retries, backoff_seconds, most_backoff_seconds, timeout_seconds)
        self._pool = ThreadPoolExecutor(max_parallel, thread_name_prefix="openai")
        self._counting = threading.Lock()
        self._n_prompt_tokens = self._n_cached_tokens = 0

    def about(self) -> Mapping[str, object]:
        named = f"{self._base_url} {self._wire.model}"
        return {
            "kind": "openai",
            "model": self._wire.model,
            "base_url": self._base_url,
            "continuation": self._wire.continuation,
            "model_hash": hashlib.sha256(named.encode()).hexdigest()[:16],
            "model_hash_is_of": "address and name: a server does not show its weights",
            "prefix_cache_hit_rate": self.prefix_cache_hit_rate,
            "seeds": "sent; what they guarantee is the server's" if self._wire.seeds else "not sent",
        }

    @property
    def prefix_cache_hit_rate(self) -> float | None:
        """The share of prompt tokens that the server had cached, as it says; None before it said any."""
        return self._n_cached_tokens / self._n_prompt_tokens if self._n_prompt_tokens else None

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        work: Work[int] = Work(self._pool)
        for position, ask in enumerate(asks):
            work.begin(position, self._answer, ask)
        yield from work.ended()

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        """The last point first, so that a server with a prefix cache has read the trace when the others are asked."""
        asks = [_points(probing) for probing in probings]
        found: list[dict[int, Reply]] = [{} for _ in asks]
        work: Work[tuple[int, int]] = Work(self._pool)
        for position, points in enumerate(asks):
            if points:
                work.begin((position, _longest(points)), self._answer, points[_longest(points)])
            else:
                yield position, []
        for (position, point), reply in work.ended():
            found[position][point] = reply
            if len(found[position]) == 1:
                for at in (at for at in range(len(asks[position])) if at != point):
                    work.begin((position, at), self._answer, asks[position][at])
            if len(found[position]) == len(asks[position]):
                yield position, [found[position][at] for at in range(len(asks[position]))]

    def close(self) -> None:
        self._pace.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _answer(self, ask: Ask) -> Reply:
        """One ask, as a reply whatever happens to it."""
        try:
            reply = Reply(seed=ask.seed) if ask.sampling.max_tokens == 0 else self._completed(ask)
            scores = tuple(self._scores(ask)) if ask.continuations and reply.finish_reason != "error" else ()
        except (CannotAsk, Unreadable) as error:
            return Reply(finish_reason="error", error=self._server.safe(str(error)), seed=ask.seed)
        return replace(reply, continuations=scores)

    def _completed(self, ask: Ask) -> Reply:
        answer = self._asked(request_for(ask, self._wire), ask)
        if answer.body is None:
            return Reply(finish_reason="error", error=answer.error, seed=ask.seed)
        echoes = self._wire.continuation in ("prefix_field", "last_message")
        reply = reply_of(answer.body, ask.seed, ask.prefix if echoes else "")
        n_cached = cached_tokens(answer.body)
        with self._counting:
            self._n_prompt_tokens += reply.n_prompt_tokens if n_cached is not None else 0
            self._n_cached_tokens += n_cached or 0
        return reply

    def _scores(self, ask: Ask) -> Iterator[float | None]:
        """Log-probabilities of the continuations, None where the server does not show them."""
        try:
            base = self._shown(ask, "") if ask.messages and self._wire.continuation != "completions" else None
        except (CannotAsk, Unreadable):
            base = None
            if ask.sampling.max_tokens == 0:
                raise
        for continuation in ask.continuations:
            try:
                yield self._score(ask, continuation, base)
            except (CannotAsk, Unreadable):
                if ask.sampling.max_tokens == 0:
                    raise
                yield None

    def _score(self, ask: Ask, continuation: str, base: list[tuple[str, float]] | None) -> float:
        if base is not None:
            whole = self._shown(ask, continuation)
            return _total(whole, base)
        prompt = prompt_of(ask, self._wire)
        body = self._body(scoring(ask, self._wire, continuation), ask)
        assert isinstance(prompt, str)
        return echoed_log_probability(body, len(prompt), len(prompt) + len(continuation))

    def _shown(self, ask: Ask, continuation: str) -> list[tuple[str, float]]:
        return prompt_log_probabilities(self._body(scoring(ask, self._wire, continuation), ask))

    def _body(self, request: Request, ask: Ask) -> Mapping[str, Any]:
        answer = self._asked(request, ask)
        if answer.body is None:
            raise Unreadable(answer.error)
        return answer.body

    def _asked(self, request: Request, ask: Ask) -> Answer:
        """The server's answer, after as many tries as patience has."""
        n_reserved = _size(ask) // CHARS_PER_TOKEN + ask.sampling.max_tokens
        answer = Answer(None, STOPPED)
        for n_tried in range(self._patience.n_retries + 1):
            if not self._pace.begin(n_reserved):
                return Answer(None, STOPPED)
            answer = self._server.post(request.path, request.body)
            self._pace.settle(n_reserved, _used(answer))
            if answer.body is not None or not answer.may_retry or n_tried == self._patience.n_retries:
                break
            if (answer.wait_seconds or 0) > self._patience.longest_wait:
                return Answer(None, f"{answer.error} (it asks to wait {answer.wait_seconds:g} s, longer than patience)")
            if not self._rest(answer, n_tried):
                return Answer(None, STOPPED)
        if answer.body is None and answer.may_retry and self._patience.n_retries:
            return answer._replace(error=f"{answer.error} (tried {self._patience.n_retries + 1} times)")
        return answer

    def _rest(self, answer: Answer, n_tried: int) -> bool:
        """Pause before another try; where the server names a time, nobody asks before it."""
        pause = backoff(n_tried, self._patience.first, self._patience.most)
        if answer.wait_seconds is not None:
            self._pace.hold(answer.wait_seconds)
            pause = max(pause, answer.wait_seconds)
        return self._pace.pause(pause)


class Work(Generic[K]):
    """Asks under way in a pool, given back as they end; what nobody waits for any more is not begun."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._waiting: dict[Future[Reply], K] = {}
        self._ended: SimpleQueue[Future[Reply]] = SimpleQueue()

    def begin(self, key: K, answer: Callable[[Ask], Reply], ask: Ask) -> None:
        future = self._pool.submit(answer, ask)
        self._waiting[future] = key
        future.add_done_callback(self._ended.put)

    def ended(self) -> Iterator[tuple[K, Reply]]:
        try:
            while self._waiting:
                future = self._ended.get()
                failed = Reply(finish_reason="error", error=STOPPED)
                yield self._waiting.pop(future), failed if future.cancelled() else future.result()
        finally:
            for future in self._waiting:
                future.cancel()


def _points(probing: Probing) -> list[Ask]:
    prefix = probing.ask.prefix
    return [replace(probing.ask, prefix=prefix[: point.offset] + point.suffix) for point in probing.points]


def _longest(asks: Sequence[Ask]) -> int:
    return max(range(len(asks)), key=lambda at: len(asks[at].prefix))


def _total(whole: list[tuple[str, float]], base: list[tuple[str, float]]) -> float:
    """log P(prompt with continuation) - log P(prompt), over the tokens in which they differ."""
    shared = 0
    while shared < min(len(whole), len(base)) and whole[shared][0] == base[shared][0]:
        shared += 1
    return sum(value for _, value in whole[shared:]) - sum(value for _, value in base[shared:])


def _size(ask: Ask) -> int:
    told = sum(len(message.text) for message in ask.messages) + len(ask.text or "") + len(ask.prefix)
    return told + CHARS_PER_TOKEN * len(ask.token_ids or ())


def _used(answer: Answer) -> int:
    usage = answer.body.get("usage") if answer.body is not None else None
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if isinstance(total, int) and total >= 0 else 0
