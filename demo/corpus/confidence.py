"""What confidence a trace deserves: how often traces of its level and pattern of checks end right. Knows no model.

The thinker of `traces` is simulated, so the stated confidence is a frequency; nothing but what a reader of the trace
can see decides it.
"""

import random
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from demo.corpus.problems import LEVELS, draw
from demo.corpus.traces import think

SEED = 7
N_PER_LEVEL = 6_000
STEP = 5
FEWEST = 20


@lru_cache(maxsize=1)
def table() -> Mapping[tuple[int, str], int]:
    """Percent right by (level, pattern), rounded to STEP, with 99 for 100; rare patterns are left out."""
    rng = random.Random(SEED)  # noqa: S311  no secret hangs on it
    n: Counter[tuple[int, str]] = Counter()
    right: Counter[tuple[int, str]] = Counter()
    for level in LEVELS:
        for _ in range(N_PER_LEVEL):
            problem = draw(rng, level)
            trace = think(problem, rng)
            n[level, trace.pattern] += 1
            right[level, trace.pattern] += trace.answer == problem.answer
    return {key: _rounded(right[key] / count) for key, count in n.items() if count >= FEWEST}


def deserved(level: int, pattern: str) -> int:
    """Percent; 50 for a pattern too rare to have a frequency."""
    return table().get((level, pattern), 50)


def _rounded(share: float) -> int:
    percent = STEP * round(100 * share / STEP)
    return 99 if percent == 100 else max(STEP, percent)
