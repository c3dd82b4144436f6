"""How fast the measures are on 200,000 rollouts of 20 models, against a plain loop and scipy.stats.bootstrap.

Every shape (problems x samples of each model) is timed in a process of its own, so that its peak memory is its own.
Knows no files: all data are simulated from fixed seeds. How often intervals hold the truth: `python -m bench.prove`.
"""

import json
import os
import subprocess
import sys

from bench.measures.against import rows as compared
from bench.measures.frames import SHAPES

Row = dict[str, str | float]
NONE = "–"


def rows() -> list[Row]:
    """One line a measure and shape, then the sums and the ranks together, then what others take and how wide they are.

    `limit` is what is asked of two idle cores; `times` is how many times slower the other way is.
    """
    found = [row for shape in SHAPES for row in timed(shape)]
    return [*map(_filled, found), *map(_filled, compared())]


def timed(shape: str) -> list[Row]:
    """What `python -m bench.measures.timing SHAPE` prints."""
    command = [sys.executable, "-m", "bench.measures.timing", shape]
    done = subprocess.run(command, env=os.environ, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _filled(row: Row) -> Row:
    columns = ("shape", "what", "seconds", "cpu seconds", "limit", "peak GB", "times")
    return {name: row.get(name, NONE) for name in columns}
