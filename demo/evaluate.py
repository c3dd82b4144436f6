"""Measures the demo model on problems that training never saw.

    python -m demo.evaluate --n 2000 --seed 1 --json

Prints fractions. Knows no training; what a reply says is read by `analysis`, and the model runs in the project's own
transformers engine in float32.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

from analysis.asking import Ask, Message, Sampling
from analysis.intervals import paired_difference
from analysis.protocols.conduct import Item
from analysis.protocols.prompting import PROMPTING, opening_of
from analysis.protocols.reading import visible
from analysis.types import Role, Transition
from demo.corpus.problems import LEVELS
from demo.corpus.wording import CHECK_AGAIN
from demo.fresh import Fresh, fresh
from demo.reading import Read, read
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

MODEL = Path(__file__).parent / "model"
TEMPERATURE, MOST_TOKENS = 1.0, 400
USUAL = {parameter.name: parameter.default for parameter in PROMPTING}
AT_ONCE = 500


def main() -> None:
    asked = _arguments()
    engine = load_engine("transformers", {"model": str(asked.model), "dtype": "float32", "device": asked.device})
    found = evaluate(
        engine,
        asked.n,
        asked.seed,
        temperature=asked.temperature,
        has_options=asked.form == "choice",
        has_second_turn=asked.second_turn,
    )
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else in_words(found))


def evaluate(
    engine: Engine,
    n: int,
    seed: int,
    *,
    temperature: float = TEMPERATURE,
    has_options: bool = False,
    has_second_turn: bool = False,
) -> dict[str, Any]:
    """Ask n fresh problems once each and sum up; with a second turn, what checking the answer made of it as well."""
    problems = fresh(n, seed, has_options)
    sampling = Sampling(max_tokens=MOST_TOKENS, temperature=temperature)
    first = [_ask(one, sampling, seed + number) for number, one in enumerate(problems)]
    texts, reads = answered(engine, problems, first)
    found = {"n": n, "seed": seed, "temperature": temperature} | summed(reads, [one.sum.level for one in problems])
    if has_second_turn:
        second = [_again(ask, text) for ask, text in zip(first, texts, strict=True)]
        _, again = answered(engine, problems, second)
        found["second_turn_accuracy"] = _share(one.is_final_right for one in again)
    return found


def answered(engine: Engine, problems: Sequence[Fresh], asks: Sequence[Ask]) -> tuple[list[str], list[Read]]:
    """The text of every reply and what it came to, in the order of the asks."""
    replies = {}
    for begin in range(0, len(asks), AT_ONCE):
        for position, reply in engine.complete(asks[begin : begin + AT_ONCE]):
            replies[begin + position] = reply
    ordered = [replies[position] for position in range(len(asks))]
    reads = [read(reply, one.problem) for reply, one in zip(ordered, problems, strict=True)]
    return [reply.text for reply in ordered], reads


def summed(reads: Sequence[Read], levels: Sequence[int]) -> dict[str, Any]:
    gains = _share(one.is_final_right and not one.is_first_right for one in reads)
    losses = _share(one.is_first_right and not one.is_final_right for one in reads)
    return {
        **_accuracies(reads),
        "gain": round(gains - losses, 4),
        "gain_interval": [round(end, 4) for end in paired_difference(gains, losses, len(reads))],
        "in_format": _share(one.is_in_format for one in reads),
        "confidence_auroc": auroc([(one.confidence, one.is_final_right) for one in reads]),
        "transitions": _transitions(reads),
        "by_difficulty": list(_by_difficulty(reads, levels)),
    }


def auroc(said: Sequence[tuple[float | None, bool]]) -> float | None:
    """How often a right answer was stated with more confidence than a wrong one, ties half; None without both.

    Replies that state none are left out. Mann and Whitney (1947).

    >>> auroc([(0.9, True), (0.5, True), (0.5, False), (None, False)]), auroc([(0.9, True)])
    (0.75, None)
    """
    told = [(confidence, is_right) for confidence, is_right in said if confidence is not None]
    n_right = sum(is_right for _, is_right in told)
    n_wrong = len(told) - n_right
    if not n_right or not n_wrong:
        return None
    ranks = rankdata([confidence for confidence, _ in told])
    of_right = float(np.sum(ranks[[is_right for _, is_right in told]]))
    return round((of_right - n_right * (n_right + 1) / 2) / (n_right * n_wrong), 4)


def in_words(found: Mapping[str, Any]) -> str:
    lines = [f"{name}: {value}" for name, value in found.items() if name != "by_difficulty"]
    return "\n".join([*lines, *(str(row) for row in found["by_difficulty"])]) + "\n"


def _ask(one: Fresh, sampling: Sampling, seed: int) -> Ask:
    return opening_of(Item(one.problem), USUAL).ask(sampling, seed)


def _again(ask: Ask, text: str) -> Ask:
    said = (*ask.messages, Message(Role.ASSISTANT, visible(text).strip()), Message(Role.USER, CHECK_AGAIN[0]))
    return Ask(said, sampling=ask.sampling, seed=ask.seed)


def _accuracies(reads: Sequence[Read]) -> dict[str, float]:
    return {
        "first_accuracy": _share(one.is_first_right for one in reads),
        "final_accuracy": _share(one.is_final_right for one in reads),
    }


def _transitions(reads: Sequence[Read]) -> dict[str, float]:
    """Each transition's share of all of them."""
    counts = Counter(transition for one in reads for transition in one.transitions)
    n = max(1, counts.total())
    return {transition.value: round(counts[transition] / n, 4) for transition in Transition}


def _by_difficulty(reads: Sequence[Read], levels: Sequence[int]) -> Iterator[dict[str, float]]:
    for level in LEVELS:
        own = [one for one, of in zip(reads, levels, strict=True) if of == level]
        if own:
            yield {"level": level, "n": len(own), **_accuracies(own)}


def _share(holds: Iterable[bool]) -> float:
    told = list(holds)
    return round(sum(told) / len(told), 4)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--temperature", type=float, default=TEMPERATURE)
    parser.add_argument("--form", choices=("open", "choice"), default="open")
    parser.add_argument("--second-turn", action="store_true", help="also ask to check the answer")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
