"""Protocols and engines brought together: many items at once, so that an engine is asked for all that is open.

Knows generators and the engine's interface, neither database nor queue. An engine that breaks fails the items whose
asks it had; a protocol that breaks on a reply fails its item; the others go on.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from analysis.asking import Ask, Probing, Reply, Splitting, Token
from analysis.errors import UserError
from analysis.protocols.conduct import Result
from analysis.protocols.declared import Conducting
from workers.engines.interface import Engine, Splits

logger = logging.getLogger(__name__)
K = TypeVar("K")
Answer = Reply | Sequence[Reply]


class Usage(NamedTuple):
    """Requests and tokens of one item so far."""

    n_requests: int = 0
    n_tokens: int = 0
    n_prompt_tokens: int = 0

    def plus(self, replies: Sequence[Reply]) -> "Usage":
        return Usage(
            self.n_requests + len(replies),
            self.n_tokens + sum(reply.n_tokens for reply in replies),
            self.n_prompt_tokens + sum(reply.n_prompt_tokens for reply in replies),
        )


class Outcome(NamedTuple, Generic[K]):
    """How one item ended: a result, or why there is none."""

    key: K
    result: Result | None
    error: str
    usage: Usage


@dataclass(slots=True)
class Part(Generic[K]):
    """One item on its way: its generator, what it asks now, what came of that."""

    key: K
    conducting: Conducting
    asks: Sequence[Ask | Probing | Splitting] = ()
    answers: dict[int, Answer] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)

    @property
    def replies(self) -> list[Answer]:
        return [self.answers[place] for place in range(len(self.asks))]


class Ensemble(Generic[K]):
    """Items under way, driven a round at a time."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines
        self._parts: list[Part[K]] = []
        self._ended: list[Outcome[K]] = []

    @property
    def is_at_work(self) -> bool:
        return bool(self._parts or self._ended)

    def begin(self, key: K, conducting: Conducting) -> None:
        """Take an item up; what it asks first is answered in the next round."""
        self._go_on(Part(key, conducting), is_first=True)

    def round(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Outcome[K]]:
        """Answer everything that is asked now, each ask once; items are given as soon as they end.

        Where it stops early the items that have not ended are left as they are.
        """
        yield from self._drained()
        asking, self._parts = self._parts, []
        left = {id(part): part for part in asking}
        for engine, wanted in _by_engine(asking, self._engines):
            for part, place, answer in _answered(engine, wanted):
                part.answers[place] = answer
                if not isinstance(part.asks[place], Splitting):  # no model reads for it
                    part.usage = part.usage.plus([answer] if isinstance(answer, Reply) else answer)
                if len(part.answers) == len(part.asks):
                    del left[id(part)]
                    self._go_on(part)
                    yield from self._drained()
                if should_stop():
                    self._parts += left.values()
                    return
        self._parts += left.values()

    def let_go_untouched(self) -> list[K]:
        """Give up the items of which no reply has come yet, and say which; those that were begun stay."""
        untouched = [part for part in self._parts if not part.usage.n_requests]
        self._parts = [part for part in self._parts if part.usage.n_requests]
        for part in untouched:
            part.conducting.close()
        return [part.key for part in untouched]

    def _drained(self) -> Iterator[Outcome[K]]:
        ended, self._ended = self._ended, []
        yield from ended

    def _go_on(self, part: Part[K], *, is_first: bool = False) -> None:
        """Let a protocol read its replies and ask again; one that asks nothing is asked on."""
        try:
            part.asks = next(part.conducting) if is_first else part.conducting.send(part.replies)
            part.answers = {}
            while not part.asks:
                part.asks = part.conducting.send([])
        except StopIteration as end:
            self._ended.append(Outcome(part.key, end.value, "", part.usage))
        except UserError as error:
            self._ended.append(Outcome(part.key, None, str(error), part.usage))
        except Exception as error:  # a protocol that breaks on one reply ends its item, not the run
            logger.exception("a protocol broke")
            words = f"the protocol broke on a reply: {type(error).__name__}: {error}"
            self._ended.append(Outcome(part.key, None, words, part.usage))
        else:
            self._parts.append(part)


Question = tuple[Part[K], int, Ask | Probing | Splitting]


def _by_engine(
    parts: Sequence[Part[K]], engines: Mapping[str, Engine]
) -> Iterator[tuple[Engine, Sequence[Question[K]]]]:
    """What each engine is asked, in the order of the items; roles that share an engine are asked together."""
    wanted: dict[int, tuple[Engine, list[Question[K]]]] = {}
    for part in parts:
        for place, ask in enumerate(part.asks):
            if place in part.answers:  # the round before was stopped on its way
                continue
            engine = engines[ask.ask.role if isinstance(ask, Probing) else ask.role]
            wanted.setdefault(id(engine), (engine, []))[1].append((part, place, ask))
    yield from wanted.values()


def _answered(engine: Engine, wanted: Sequence[Question[K]]) -> Iterator[tuple[Part[K], int, Answer]]:
    for part, place, ask in wanted:
        if isinstance(ask, Splitting):
            yield part, place, split(engine, ask.text)
    asks = [each for each in wanted if isinstance(each[2], Ask)]
    if asks:
        yield from _each_once(asks, lambda: engine.complete([ask for _, _, ask in asks if isinstance(ask, Ask)]))
    probings = [each for each in wanted if isinstance(each[2], Probing)]
    if probings:
        yield from _each_once(
            probings, lambda: engine.probe([ask for _, _, ask in probings if isinstance(ask, Probing)])
        )


def split(engine: Engine, text: str) -> Reply:
    """A text as the engine's model cuts it; no tokens where that is not known."""
    ends = engine.token_ends(text) if isinstance(engine, Splits) else ()
    texts = [text[start:end] for start, end in pairwise([0, *ends])]
    return Reply(text, tokens=[Token(-1, each, None) for each in texts])


def _each_once(
    wanted: Sequence[Question[K]], ask_all: Callable[[], Iterator[tuple[int, Answer]]]
) -> Iterator[tuple[Part[K], int, Answer]]:
    """An answer for every ask: what the engine gives, else an error that says why it gave none."""
    left, words = dict(enumerate(wanted)), "no reply came"
    try:
        for number, answer in ask_all():
            part, place, _ = left.pop(number)
            yield part, place, answer
    except Exception as error:  # an engine that breaks fails what it was asked, not the run
        logger.exception("an engine broke")
        words = f"the engine broke: {type(error).__name__}: {error}"
    for part, place, ask in left.values():
        failed = Reply(finish_reason="error", error=words)
        yield part, place, [failed] * len(ask.points) if isinstance(ask, Probing) else failed
