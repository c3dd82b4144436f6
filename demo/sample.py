"""Writes the sample rollouts: what the demo model answers to fresh problems, at two temperatures.

    python -m demo.sample [--model NAME=DIRECTORY ...] > demo/rollouts.jsonl

Without --model the shipped one is asked. The same weights and seeds give the same rollouts in float32. Knows nothing
of the application but its upload format.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.asking import Reply, Sampling
from analysis.protocols.conduct import Item
from analysis.protocols.prompting import opening_of
from analysis.protocols.reading import attempt_of
from analysis.types import Span
from demo.evaluate import MODEL, MOST_TOKENS, USUAL
from demo.fresh import Fresh, fresh
from workers.engines.interface import Engine
from workers.engines.loading import load_engine

SEED = 2_026
N_PROBLEMS, N_SAMPLES = 25, 3
TEMPERATURES = (0.6, 1.0)
NAME = "afterthought-demo"
NOTE = "written by the demo model (demo/MODEL_CARD.md), sampled by demo/sample.py"


def rollouts(engine: Engine, model: str) -> Iterator[dict[str, Any]]:
    """The model's rollouts as rows of the upload format: problems by temperatures by samples."""
    problems = fresh(N_PROBLEMS, SEED)
    plan = [(at, t, k) for at in range(N_PROBLEMS) for t in TEMPERATURES for k in range(N_SAMPLES)]
    asks = []
    for number, (at, temperature, _) in enumerate(plan):
        sampling = Sampling(max_tokens=MOST_TOKENS, temperature=temperature)
        asks.append(opening_of(Item(problems[at].problem), USUAL).ask(sampling, SEED + number))
    replies = dict(engine.complete(asks))
    for number, (at, temperature, sample) in enumerate(plan):
        yield row(problems[at], f"sum-{at + 1}", model, replies[number]) | {
            "temperature": temperature,
            "sample": sample,
            "seed": SEED + number,
        }


def row(asked: Fresh, key: str, model: str, reply: Reply) -> dict[str, Any]:
    problem, turn = asked.problem, attempt_of(reply, asked.problem)
    return {
        "id": key,
        "problem_id": key,
        "problem_set": problem.problem_set,
        "model": model,
        "problem": problem.question,
        "level": problem.level,
        "answer": problem.golds[0],
        "reasoning": _cut(reply.text, turn.reasoning),
        "response": _cut(reply.text, turn.response),
        "n_tokens": reply.n_tokens,
        "finish_reason": reply.finish_reason,
        "note": NOTE,
    }


def _cut(text: str, span: Span | None) -> str:
    return text[span.start : span.end].strip("\n") if span else ""


def models(named: Sequence[str]) -> Mapping[str, Path]:
    """NAME=DIRECTORY, one or more; the shipped model where there is none."""
    pairs = [one.partition("=") for one in named]
    return {name: Path(folder) for name, _, folder in pairs} or {NAME: MODEL}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", default=[], metavar="NAME=DIRECTORY")
    for name, folder in models(parser.parse_args().model).items():
        engine = load_engine("transformers", {"model": str(folder), "dtype": "float32", "device": "cpu"})
        for one in rollouts(engine, name):
            sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
        engine.close()


if __name__ == "__main__":
    main()
