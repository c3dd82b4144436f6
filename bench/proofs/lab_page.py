"""The lab's part of docs/proofs.md, from the counts in analysis/psychometrics/rates.json. Knows counts only."""

from collections.abc import Iterator, Mapping

from analysis.psychometrics import rates
from bench.proofs.kept import LEAST, LEVEL, MOST, Z

Counts = Mapping[str, Mapping[str, list[float]]]
HEAD = f"""
## The psychology lab

Simulated models of 27 runs each (3 temperatures, 3 system prompts, 3 repeats), six traits and five behaviours, seeded
(`make prove-lab`; `bench/proofs/lab.py`). Slopes of behaviour on trait differ between models (SD 0.3) and traits
correlate by 0.3, unless a row says otherwise. A column is a number of models; a cell the per cent of intervals that
held the truth (30 a data set, which go together), or of data sets with a false finding. {100 * LEAST:.0f} to
{100 * MOST:.0f} %, and not above {100 * LEVEL:.0f} %, are asked for from {rates.ENOUGH_MODELS} models on; fewer are
told as measured. Crossed random intercepts, as published, take every run as evidence about models: where slopes differ
between models their intervals are too narrow, and more so the more runs a model has. Hence clustered inference (CR2,
Satterthwaite's degrees of freedom) is the default, and the published one is there to be reproduced.
"""
UNASKED = {"crossed", "crossed_alike", "no_crossed", "coin"}
"""Shown to be compared with; nothing is asked of them."""


def section() -> Iterator[str]:
    counts = rates.written()
    if not counts:
        return
    yield HEAD
    columns = sorted({int(size) for row in counts for size in counts[row] if size != rates.ONE_MODEL})
    yield f"| row | {' | '.join(map(str, columns))} |"
    yield "| --- |" + " ---: |" * len(columns)
    for row, by_size in counts.items():
        if rates.ONE_MODEL not in by_size:
            cells = [_cell(by_size[str(size)]) if str(size) in by_size else "–" for size in columns]
            yield f"| {rates.ROWS[row].label} (`{row}`, {_nominal(row)}) | {' | '.join(cells)} |"
    yield "\n| of one model | per cent |\n| --- | ---: |"
    for row, by_size in counts.items():
        if rates.ONE_MODEL in by_size:
            yield f"| {rates.ROWS[row].label} (`{row}`, {_nominal(row)}) | {_cell(by_size[rates.ONE_MODEL])} |"


def out_of(counts: Counts) -> Iterator[str]:
    """A line for each row that is out by more than chance: of one model, or from 40 models on."""
    for row, by_size in counts.items():
        for size, (hits, n, _) in by_size.items():
            asked = row not in UNASKED and (size == rates.ONE_MODEL or int(size) >= rates.ENOUGH_MODELS)
            if asked and n and is_out(rates.ROWS[row].kind, hits / n, n):
                yield f"{row}: {100 * hits / n:.1f} % of {n:.0f} with {size} models"


def is_out(kind: str, share: float, n: float) -> bool:
    """Beyond the Monte Carlo error at the edge: cells of one data set go together, so this is asked of many sets."""
    if kind == rates.LEVEL:
        return bool(share > LEVEL + Z * (LEVEL * (1 - LEVEL) / n) ** 0.5)
    below, above = (Z * (edge * (1 - edge) / n) ** 0.5 for edge in (LEAST, MOST))
    return bool(not LEAST - below <= share <= MOST + above)


def _nominal(row: str) -> str:
    return f"{'' if rates.ROWS[row].kind == rates.COVERAGE else 'at most '}{100 * rates.ROWS[row].nominal:.0f} %"


def _cell(count: list[float]) -> str:
    hits, n, n_none = count
    if not n:
        return "–"
    none = f", {n_none:.0f} none" if n_none else ""
    return f"{100 * hits / n:.1f} of {n:.0f}{none}"
