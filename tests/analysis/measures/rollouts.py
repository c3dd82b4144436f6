"""Rows of features for tests: from traces written as letters, or straight from columns.

A trace "FGT" is a reasoning of three lines of ten characters, each stating a value: T the right one, F and G two wrong
ones, ? one that could not be read. `final` is the final answer in the same letters, "" for none.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from analysis.features import NO_CANDIDATE_CLASS, SCHEMA, Identity, Reading, build, frame
from analysis.markers import MARKERS
from analysis.types import Candidate, Outcome

OUTCOMES = {"T": Outcome.CORRECT, "F": Outcome.INCORRECT, "G": Outcome.INCORRECT, "?": Outcome.UNPARSED}
LINE = "........{}\n"


def candidates_of(trace: str) -> list[Candidate]:
    return [Candidate(10 * i + 8, 10 * i + 9, i + 1, letter, "test", "") for i, letter in enumerate(trace)]


def reading_of(trace: str, final: str, *, tail: str = "", n_tokens: int | None = None) -> Reading:
    """The reading of a trace; `tail` is text after the last line, tokens are one per character unless given."""
    text = "".join(LINE.format(letter) for letter in trace) + tail
    seen = list(dict.fromkeys(trace))
    return Reading(
        text,
        "reasoning",
        OUTCOMES[final] if final else Outcome.UNPARSED,
        True,
        candidates_of(trace),
        [OUTCOMES[letter] for letter in trace],
        [seen.index(letter) for letter in trace],
        (seen.index(final) if final in seen else NO_CANDIDATE_CLASS) if final else None,
        n_attempt_chars=len(text),
        n_tokens=len(text) if n_tokens is None else n_tokens,
    )


def rollouts_of(traces: Sequence[tuple[str, str]], *, model: str = "m", problems: Sequence[int] = ()) -> pl.DataFrame:
    """One rollout per (trace, final answer), each of its own problem unless `problems` says otherwise."""
    ids = problems or range(len(traces))
    read = [reading_of(trace, final) for trace, final in traces]
    return frame(build(Identity(i, ids[i], 1, model), reading) for i, reading in enumerate(read))


def columns_of(n: int, columns: Mapping[str, object]) -> pl.DataFrame:
    """n rollouts of n problems with these columns, and a plain value in every other."""
    plain: dict[str, object] = {
        "rollout_id": list(range(n)),
        "problem_id": list(range(n)),
        "collection_id": 1,
        "model": "m",
        "sample": 0,
        "parent": False,
        "has_gold": True,
        "truncated": False,
        "read_from": "reasoning",
        "final_outcome": "correct",
        "first_outcome": "correct",
        "token_source": "uploaded",
        "n_candidates": 1,
        "n_lines": 1,
    }
    lists = {"marker_counts": [[0] * len(MARKERS)] * n}
    empty = dict.fromkeys(("problem_set", "subject", "level", "condition"), "")
    filled = dict.fromkeys(SCHEMA) | empty | plain | lists | dict(columns)
    series = {
        name: pl.Series(name, list(value) if isinstance(value, list) else [value] * n, dtype=SCHEMA[name], strict=False)
        for name, value in filled.items()
    }
    return pl.DataFrame(series).select(list(SCHEMA))
