"""What the vLLM tests ask. Run as a module by vLLM's Python it prints what the engine answers, as one line of JSON."""

import json
import sys
from dataclasses import asdict, replace
from typing import Any

from analysis.asking import Ask, Message, Point, Probing, Reply, Sampling
from analysis.types import Role

MARK = "ANSWERS "
GREEDY = Sampling(max_tokens=24, n_alternatives=2)
SUMS = [Ask((Message(Role.USER, f"What is {n} + 34?"),), sampling=GREEDY, seed=n) for n in range(6)]
BAD = Ask(text="1" * 10_000)
TRACE = "<think>\nFirst 12 + 30 = 42, then 42 + 4 = 46.\nWait, let me check: 46 - 34 = 12.\n</think>" * 4
PROBING = Probing(
    replace(SUMS[0], prefix=TRACE, sampling=Sampling(max_tokens=8), continuations=("46", "12")),
    tuple(Point(offset, "\nFINAL ANSWER: ") for offset in range(0, len(TRACE), 16)),
)


def answers(engine: Any) -> dict[str, Any]:
    """Replies to the sums and to one bad ask, to the probing, and provenance, as plain values."""
    completed = dict(engine.complete([*SUMS, BAD]))
    ((_, probed),) = engine.probe([PROBING])
    return {
        "completed": [plain(completed[position]) for position in range(len(completed))],
        "probed": [plain(reply) for reply in probed],
        "about": dict(engine.about()),
    }


def plain(reply: Reply) -> dict[str, Any]:
    return {**asdict(reply), "tokens": [list(token) for token in reply.tokens]}


def main(model: str) -> None:
    from workers.engines.vllm import VllmEngine

    engine = VllmEngine(model=model, dtype="float32", enforce_eager=True)
    print(MARK + json.dumps(answers(engine)), flush=True)
    engine.close()


if __name__ == "__main__":
    main(sys.argv[1])
