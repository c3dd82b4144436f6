"""Protocols are driven by hand: replies from a list, from a function of the ask, or from the scripted engine."""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.asking import Ask, Probing, Reply, Splitting
from analysis.protocols.conduct import Asks, Conductor, Item, Replies, Result
from workers.engines.interface import Engine

Answer = Callable[[Ask], Reply | str]


class Driven:
    """What a protocol asked and what came of it."""

    def __init__(self, split: Callable[[str], Reply] = Reply) -> None:
        self.split = split
        self.asks: list[Ask] = []
        self.n_requests = 0
        self.n_tokens = 0
        self.n_rounds = 0

    def run(self, conducting: Generator[Asks, Replies, Result], answer: Callable[[Asks], Replies]) -> Result:
        try:
            asks = next(conducting)
            while True:
                self._count(asks)
                texts = [each.text for each in asks if isinstance(each, Splitting)]
                asks = conducting.send([self.split(text) for text in texts] if texts else answer(asks))
        except StopIteration as stop:
            result: Result = stop.value
            return result

    def _count(self, asks: Asks) -> None:
        self.n_rounds += 1
        for each in (each for each in asks if not isinstance(each, Splitting)):
            ask = each.ask if isinstance(each, Probing) else each
            n = len(each.points) if isinstance(each, Probing) else 1
            self.asks.append(ask)
            self.n_requests += n
            self.n_tokens += n * ask.sampling.max_tokens


def by(answer: Answer) -> Callable[[Asks], Replies]:
    """Every ask, and every point of a probing, answered by itself."""
    return lambda asks: [_answered(each, answer) for each in asks]


def _answered(each: Ask | Probing | Splitting, answer: Answer) -> Reply | Sequence[Reply]:
    if isinstance(each, Ask):
        return _reply(answer(each))
    assert isinstance(each, Probing)
    return [_reply(answer(at_point(each, number))) for number in range(len(each.points))]


def at_point(probing: Probing, number: int) -> Ask:
    point = probing.points[number]
    return replace(probing.ask, prefix=probing.ask.prefix[: point.offset] + point.suffix)


def _reply(given: Reply | str) -> Reply:
    return Reply(given, n_tokens=len(given.split())) if isinstance(given, str) else given


def listed(replies: Iterable[Reply | str]) -> Callable[[Asks], Replies]:
    """Replies in the order in which the protocol asks."""
    waiting = iter(replies)
    return by(lambda _: next(waiting))


def served(engine: Engine) -> Callable[[Asks], Replies]:
    """An engine's replies."""

    def answer(asks: Asks) -> Replies:
        found: list[Reply | Sequence[Reply]] = []
        for each in asks:
            if isinstance(each, Probing):
                found.append(next(iter(engine.probe([each])))[1])
            elif isinstance(each, Ask):
                found.append(next(iter(engine.complete([each])))[1])
        return found

    return answer


def drive(
    protocol: Conductor,
    item: Item,
    answer: Callable[[Asks], Replies],
    settings: Mapping[str, Any] | None = None,
    split: Callable[[str], Reply] = Reply,
) -> tuple[Result, Driven]:
    """`split` cuts texts into tokens; as it is, nothing is known of them."""
    driven = Driven(split)
    return driven.run(protocol.conduct(item, settings or {}), answer), driven
