"""Measures the demo model as a debater, a judge and an extractor, on sums that training never saw.

    python -m demo.by_protocol --n 200 --seed 1 --json

Prints fractions, of all n where nothing else is said. The protocols run with their own prompts and defaults but for the
length of a reply. Knows no training.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.asking import Ask
from analysis.catalogue import PROTOCOLS
from analysis.protocols.conduct import Asks, Item, ProtocolFailed, Replies, Result, Source
from analysis.protocols.verdicts import is_right
from analysis.types import Problem, Role, Span
from demo.corpus import extracting, judging, wording
from demo.evaluate import AT_ONCE, MODEL
from demo.fresh import Fresh, fresh
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

MOST_TOKENS = 600
Found = Result | ProtocolFailed


def debates(engine: Engine, n: int, seed: int) -> dict[str, float | None]:
    """How often a debate ends by itself, and how often its first speech and its end are right."""
    problems = fresh(n, seed)
    found = conducted(engine, "debate", [Item(one.problem, seed=seed + at) for at, one in enumerate(problems)])
    attempts = [_attempts(one) for one in found]
    firsts = zip(attempts, problems, strict=True)
    return {
        "came_to_a_result": _share(isinstance(one, Result) for one in found),
        "ended_early": _share(_score(one, "broke_early") == 1 for one in found),
        "sides_differed": _share((_score(one, "disagreement") or 0) > 0 for one in found),
        "first_speech_right": _share(_is_right(said[:1], one.problem) for said, one in firsts),
        "end_right": _share(_is_right(said[-1:], one.problem) for said, one in zip(attempts, problems, strict=True)),
    }


def judgements(engine: Engine, n: int, seed: int) -> dict[str, float | None]:
    """How often a verdict can be read, and agrees with the truth, over answers of which about half are right."""
    rng = random.Random(f"judged:{seed}")  # noqa: S311  no secret hangs on it
    problems = fresh(n, seed)
    answers = [judging.answer(one.sum, rng) for one in problems]
    found = conducted(engine, "judge", [_answered(one, said) for one, said in zip(problems, answers, strict=True)])
    return {
        "answers_right": _share(said == one.sum.answer for said, one in zip(answers, problems, strict=True)),
        "came_to_a_result": _share(isinstance(one, Result) for one in found),
        "verdict_right": _share(_score(one, "judge_agrees_with_gold") == 1 for one in found),
    }


def extractions(engine: Engine, n: int, seed: int) -> dict[str, float | None]:
    """How often a list can be read, and names just the lines and values that state an answer."""
    rng = random.Random(f"traces:{seed}")  # noqa: S311  no secret hangs on it
    problems = fresh(n, seed)
    texts = [extracting.trace(one.sum, wording.Asked(one.problem.question), rng) for one in problems]
    items = [_traced(one.problem, text) for one, text in zip(problems, texts, strict=True)]
    found = conducted(engine, "extraction", items)
    exact = (_listed(one) == extracting.pairs_in(text) for one, text in zip(found, texts, strict=True))
    return {"came_to_a_result": _share(isinstance(one, Result) for one in found), "list_right": _share(exact)}


MEASURED: Mapping[str, Callable[[Engine, int, int], dict[str, float | None]]] = {
    "debate": debates,
    "judge": judgements,
    "extraction": extractions,
}


def conducted(engine: Engine, protocol: str, items: Sequence[Item]) -> list[Found]:
    """What came of each item, or why nothing did; each round's asks are answered together."""
    settings = {"max_tokens": MOST_TOKENS}
    running = {at: PROTOCOLS[protocol].conduct(item, settings) for at, item in enumerate(items)}
    found: dict[int, Found] = {}
    replies: dict[int, Replies | None] = dict.fromkeys(running)
    while replies:
        asked: list[tuple[int, Ask]] = []
        for at, reply in replies.items():
            said = _sent(running[at], reply)
            if isinstance(said, Result | ProtocolFailed):
                found[at] = said
            else:
                asked += [(at, ask) for ask in said if isinstance(ask, Ask)]
        replies = dict(_replied(engine, asked))
    return [found[at] for at in range(len(items))]


def _sent(conducting: Generator[Asks, Replies, Result], replies: Replies | None) -> Asks | Found:
    try:
        return next(conducting) if replies is None else conducting.send(replies)
    except StopIteration as end:
        result: Result = end.value
        return result
    except ProtocolFailed as failed:
        return failed


def _replied(engine: Engine, asked: Sequence[tuple[int, Ask]]) -> Iterable[tuple[int, Replies]]:
    """One ask an item in these protocols, so one reply."""
    for begin in range(0, len(asked), AT_ONCE):
        part = asked[begin : begin + AT_ONCE]
        for position, reply in engine.complete([ask for _, ask in part]):
            yield part[position][0], [reply]


def _answered(one: Fresh, said: int) -> Item:
    text = f"The answer is {said}."
    return Item(one.problem, Source(1, 1, text, answer=str(said)))


def _traced(problem: Problem, text: str) -> Item:
    return Item(problem, Source(1, 1, text, Span(0, len(text))))


def _attempts(found: Found) -> list[str | None]:
    turns = found.rollouts[0].turns if isinstance(found, Result) else ()
    return [turn.answer for turn in turns if turn.is_attempt and turn.role in (Role.ASSISTANT, Role.JUDGE)]


def _is_right(answers: Sequence[str | None], problem: Problem) -> bool:
    return any(is_right(problem, answer) for answer in answers)


def _score(found: Found, name: str) -> float | None:
    if isinstance(found, ProtocolFailed):
        return None
    scores = found.rollouts[0].scores if found.rollouts else found.scores
    return scores.get(name)


def _listed(found: Found) -> list[tuple[int, str]] | None:
    candidates = found.candidates if isinstance(found, Result) else None
    return None if candidates is None else [(one.line, one.value) for one in candidates]


def _share(holds: Iterable[bool]) -> float:
    told = list(holds)
    return round(sum(told) / len(told), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", choices=tuple(MEASURED), action="append")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    engine = load_engine("transformers", {"model": str(asked.model), "dtype": "float32", "device": asked.device})
    found: dict[str, Any] = {"n": asked.n, "seed": asked.seed}
    for name in asked.only or MEASURED:
        found[name] = MEASURED[name](engine, asked.n, asked.seed)
    told = json.dumps(found) if asked.json else "\n".join(f"{name}: {value}" for name, value in found.items())
    sys.stdout.write(told + "\n")


if __name__ == "__main__":
    main()
