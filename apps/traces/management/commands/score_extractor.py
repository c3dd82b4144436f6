"""`manage.py score_extractor`: how well an extractor finds what people labelled, in all and per source."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.answers.extract import DEFAULT, EXTRACTORS, VERSIONS
from analysis.answers.extract.left_out import found_without
from analysis.answers.extract.measured import MEASURED
from analysis.answers.grade import gold_of
from analysis.answers.labelled import Labelled
from analysis.answers.options import options_in
from analysis.answers.scoring import LabelledTrace, Score, Share, score, score_by_source
from analysis.types import Problem
from apps.core.symbolic import SymbolicProcess
from apps.traces.importers.answers import guess_answer_type
from apps.traces.services.equality import Equality

SEED = 20_261_122


class Command(BaseCommand):
    help = "Score an extractor of candidates against traces that people labelled."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--gold", type=Path, metavar="FILE", help="JSONL; default: gold/candidates_dev.jsonl of AFTERTHOUGHT_SHARED"
        )
        parser.add_argument("--extractor", default=DEFAULT, choices=list(EXTRACTORS))
        parser.add_argument(
            "--left-out",
            action="store_true",
            help="learn the default extractor anew for each problem, without it: the score to quote for the traces "
            "that its weights were learned from",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["left_out"] and options["extractor"] != DEFAULT:
            raise CommandError(f"--left-out: {options['extractor']} learns nothing; it goes with {DEFAULT}")
        path = options["gold"] or default_gold()
        if not path.is_file():
            raise CommandError(f"{path}: there are no labelled traces; give --gold FILE or set AFTERTHOUGHT_SHARED")
        with SymbolicProcess() as process:
            result = scored(path, options["extractor"], process, left_out=options["left_out"])
        self.stdout.write(json.dumps(result) if options["json"] else in_words(result))


def default_gold() -> Path:
    shared = os.environ.get("AFTERTHOUGHT_SHARED") or settings.BASE_DIR.parent / "shared"
    return Path(shared) / "gold" / "candidates_dev.jsonl"


def scored(path: Path, extractor: str, process: SymbolicProcess, *, left_out: bool = False) -> dict[str, Any]:
    """The scores in all and per source, as plain numbers with their counts."""
    rows = list(read(path))
    problems = [problem_of(row) for row in rows]
    traces = [labelled(row, problem) for row, problem in zip(rows, problems, strict=True)]
    extract, equal = EXTRACTORS[extractor], Equality(process)
    if left_out:
        texts = (str(row["reasoning"]) for row in rows)
        found = found_without([Labelled(*each) for each in zip(traces, problems, texts, strict=True)], equal)
    else:
        found = [extract(row["reasoning"], problem) for row, problem in zip(rows, problems, strict=True)]
    rng = np.random.default_rng(SEED)
    return {
        "extractor": f"{extractor}@{VERSIONS[extractor]}",
        "weights": "learned without the problem" if left_out else "as shipped",
        "all": as_numbers(score(traces, found, equal=equal, rng=rng)),
        "sources": {
            name: as_numbers(part) for name, part in score_by_source(traces, found, equal=equal, rng=rng).items()
        },
    }


def read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def problem_of(row: Mapping[str, Any]) -> Problem:
    """The problem as an import would have it: gold inside its box, options as the question prints them."""
    golds, options = (gold_of(row["gold"]),), options_in(row["problem"])
    return Problem(row["problem"], golds, guess_answer_type(golds, options), options)


def labelled(row: Mapping[str, Any], problem: Problem) -> LabelledTrace:
    return LabelledTrace(
        id=row["id"],
        source=row["source"],
        problem=row["problem"],
        gold=problem.golds[0],
        labels={label["line"]: tuple(label["values"]) for label in row["candidates"]},
        doubtful=frozenset(row["doubtful_lines"]),
    )


def as_numbers(found: Score) -> dict[str, Any]:
    return {
        "n_traces": found.n_traces,
        "n_problems": found.n_problems,
        "precision": found.lines.precision,
        "recall": found.lines.recall,
        "f1": found.lines.f1,
        "f1_low": found.f1_low,
        "f1_high": found.f1_high,
        "hits": found.lines.hits,
        "false_alarms": found.lines.false_alarms,
        "misses": found.lines.misses,
        "same_first_line": _share(found.same_first_line),
        "equal_values": _share(found.equal_values),
        "same_first_verdict": _share(found.same_first_verdict),
        "first_accuracy": {"found": _share(found.found_first_right), "labelled": _share(found.labelled_first_right)},
        "transitions": {
            "found": {kind.value: count for kind, count in found.found_transitions.items()},
            "labelled": {kind.value: count for kind, count in found.labelled_transitions.items()},
        },
    }


def _share(share: Share) -> dict[str, Any]:
    return {"k": share.k, "n": share.n, "share": share.value}


def in_words(result: Mapping[str, Any]) -> str:
    parts = {"all": result["all"], **result["sources"]}
    head = f"{'':16} traces  precision  recall  F1 [95 % interval]    first line  values  first verdict"
    about = f"extractor {result['extractor']}, weights {result['weights']}"
    if result["extractor"].startswith(f"{DEFAULT}@") and result["weights"] == "as shipped":
        about += f"; they were learned from {MEASURED.n_traces} labelled traces: on those quote --left-out"
    lines = [about, head, *(_line(name, part) for name, part in parts.items())]
    everything = result["all"]
    first = everything["first_accuracy"]
    lines.append(f"first-answer accuracy: ours {_of(first['found'])}, labelled {_of(first['labelled'])}")
    for who in ("found", "labelled"):
        counts = everything["transitions"][who]
        total = sum(counts.values()) or 1
        lines.append(
            f"transitions {who:8} " + "  ".join(f"{k} {v} ({100 * v / total:.1f} %)" for k, v in counts.items())
        )
    return "\n".join(lines)


def _line(name: str, part: Mapping[str, Any]) -> str:
    interval = "" if part["f1_low"] is None else f"[{part['f1_low']:.3f}, {part['f1_high']:.3f}]"
    rates = "  ".join("    –" if part[rate] is None else f"{part[rate]:9.3f}" for rate in ("precision", "recall", "f1"))
    return (
        f"{name:16} {part['n_traces']:6} {rates} {interval:15} {_of(part['same_first_line']):>10}"
        f"  {_of(part['equal_values']):>7}  {_of(part['same_first_verdict']):>7}"
    )


def _of(share: Mapping[str, Any]) -> str:
    return f"{share['k']}/{share['n']}"
