"""Grading: cheap routes and each pair once, against Math-Verify on every pair as it comes, in one run.

Pairs are (gold, value) of the shared data: final answers and the values that a plain pattern finds in lines of
reasoning, with the repetitions that real rollouts have. `python -m bench.grading [--all]`; without --all every 10th
pair.
"""

import json
import logging
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.answers.disagreements import FROM_DATA
from analysis.answers.grade import Asked, gold_of, grade_all, grade_cheap
from analysis.answers.normalise import last_boxed
from analysis.types import Outcome
from apps.core.symbolic import SymbolicProcess

EVERY = 10
SYSTEMS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")
STATED = re.compile(r"(?:\bis|=)\s*\**\\?[(\[]?\s*(-?\$?\d[\d,./]*\d|-?\d|-?\\d?frac\{-?\d+\}\{\d+\})")

Pair = tuple[str, str]


def final_pairs(shared: Path) -> Iterator[Pair]:
    """(gold, final answer) of every rollout that boxes or marks one, in the order of the files."""
    data = shared / "data"
    for row in r1_rows(data):
        yield from boxed_pair(gold_of(row["ground_truth_solution"]), completion(row))
    for row in json_lines(data / "math100x8-qwen-rm" / "math_cot_100.jsonl"):
        for predicted, response in zip(row["pred"], row["response"], strict=True):
            yield row["gt"], predicted
            yield from boxed_pair(row["gt"], response)
    for trace in sorted(data.glob("thought-anchors/data/**/base_solution.json")):
        answer = json.loads(trace.read_text(encoding="utf-8")).get("answer")
        if answer is not None:
            yield json.loads(trace.with_name("problem.json").read_text(encoding="utf-8"))["gt_answer"], answer
    for row in json_lines(data / "gsm8k-gpt3-4systems" / "example_model_solutions.jsonl"):
        for system in SYSTEMS:
            if "A:" in row[system]["solution"]:
                yield gold_of(row["ground_truth"]), row[system]["solution"].rsplit("A:", 1)[1].strip()


def line_pairs(shared: Path) -> Iterator[Pair]:
    """(gold, value) for each value that a plain "is N" or "= N" states in a line of reasoning."""
    for row in r1_rows(shared / "data"):
        gold = gold_of(row["ground_truth_solution"])
        for match in STATED.finditer(completion(row)):
            yield gold, match[1]


def letter_pairs(shared: Path) -> Iterator[Pair]:
    """(gold letter, letter) of the multiple-choice rollouts, with the authors' own pattern."""
    for path in sorted((shared / "data" / "mmlupro-hints" / "all_responses").glob("*.jsonl")):
        for row in json_lines(path):
            found = re.search(r"FINAL ANSWER: ([A-J])", row["result"].get("response") or "")
            if found:
                yield row["meta"]["answer"], found[1]


def r1_rows(data: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((data / "math-r1-1p5b-temps").glob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"))


def completion(row: dict[str, Any]) -> str:
    text: str = row["generated_cot"].split("Solution:", 1)[-1]
    return text


def boxed_pair(gold: str, text: str) -> Iterator[Pair]:
    box = last_boxed(text)
    if box is not None:
        yield gold, text[box.start : box.end]


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def plain(gold: str, answer: str) -> bool:
    """Math-Verify as First Try Matters calls it (section 1): the answer in a box, or else as it stands."""
    from math_verify import parse, verify

    wanted = parse(f"\\boxed{{{gold}}}", parsing_timeout=None)
    readings = (parse(text, parsing_timeout=None) for text in (f"\\boxed{{{answer}}}", answer))
    return any(verify(wanted, reading, timeout_seconds=None) for reading in readings)


def ours(pairs: Sequence[Pair], process: SymbolicProcess) -> list[bool]:
    grades = grade_all([Asked((gold,), answer) for gold, answer in pairs], process.grade_many)
    return [grade.outcome == Outcome.CORRECT for grade in grades]


def rows(every: int = EVERY) -> list[dict[str, str | float]]:
    logging.disable(logging.CRITICAL)
    shared = Path(os.environ.get("AFTERTHOUGHT_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    pairs = [*final_pairs(shared), *line_pairs(shared), *letter_pairs(shared)][::every]
    plain("1", "1")
    began = time.perf_counter()
    expected = [plain(*pair) for pair in pairs]
    plain_seconds = time.perf_counter() - began
    with SymbolicProcess() as process:
        process.grade("x+1", "1+x")
        began = time.perf_counter()
        found = ours(pairs, process)
        our_seconds = time.perf_counter() - began
    differ = {pair for pair, a, b in zip(pairs, expected, found, strict=True) if a != b}
    unlisted = differ - {(each.gold, each.answer) for each in FROM_DATA}
    distinct = set(pairs)
    left = sum(grade_cheap(*pair) is None for pair in distinct)
    return [
        row("plain: Math-Verify on every pair", len(pairs), len(pairs), plain_seconds, plain_seconds),
        row("ours: cheap first, each pair once", len(pairs), left, our_seconds, plain_seconds)
        | {"verdicts that differ": len(differ), "of them unlisted": len(unlisted)},
    ]


def row(route: str, n_pairs: int, n_symbolic: int, seconds: float, plain_seconds: float) -> dict[str, str | float]:
    return {
        "route": route,
        "pairs": n_pairs,
        "symbolic": n_symbolic,
        "seconds": seconds,
        "pairs/s": n_pairs / seconds,
        "times faster": plain_seconds / seconds,
        "verdicts that differ": 0,
        "of them unlisted": 0,
    }


if __name__ == "__main__":
    from bench.__main__ import table

    print(table(rows(1 if "--all" in sys.argv else EVERY)))
