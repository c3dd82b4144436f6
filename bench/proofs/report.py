"""The report of the proofs: docs/proofs.md for people, and the data file that the measures' pages read.

Knows counts only. Simulations that were not counted this time keep what the data file says of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analysis.measures.coverage import FILE, Counts, Written, written
from bench.proofs import lab_page
from bench.proofs.base import Design
from bench.proofs.kept import FROM, LEAST, MOST, Kept, Required, is_out, rejects_more
from bench.proofs.levels import NULLS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "proofs.md"
HEAD = """# Proofs

How often a 95 % interval holds the truth where the truth is known, and how often a paired test says p < .05 where
nothing differs. `make prove` counts and writes this page and `analysis/measures/coverage.json`, which the measures'
pages read (`ARGS="--only compare --problems 300 --sets 400"` for a part). Every number goes through the code that
ships: a measure's own statistics and intervals on a frame of features.

A column is a design: problems / concentration / base rate. Problems have four rollouts each (eight where several
samples are measured, one where a test needs one); their chances follow a Beta law with this mean and
a + b = concentration: at 2 problems differ much and rollouts of one are alike, at 20 they differ little. A cell is the
per cent of data sets whose interval held the truth, ± 1.96·sqrt(p(1 - p)/n) for n data sets; "k none" counts data sets
without an interval (with few problems some rows count nothing), which enter neither side. Truths follow from
arithmetic, or are those of two million seeded rollouts (`bench/proofs/truths.json`), or, where a data set teaches a
rule or a curve, what that is worth on a large population. Which published numbers are met is said with each measure in
[measures](measures.md).
"""


def write(kept: Kept, labels: Mapping[str, str], required: Required) -> None:
    data = _with(kept, written())
    FILE.write_text(_dumped(data), encoding="utf-8")
    PAGE.write_text("\n".join(page(data, labels, required)) + "\n", encoding="utf-8")


def _with(kept: Kept, before: Written) -> Written:
    """The data file, with all that was counted now in place of what it said of that."""
    from bench.prove import SIMULATIONS, designs

    data: Written = {
        "designs": [(d.n_problems, d.concentration, d.base_rate) for d in designs()],
        "coverage": {n: rows for n, rows in before["coverage"].items() if n in SIMULATIONS},
        "levels": {n: level for n, level in before["levels"].items() if n in NULLS},
    }
    for name in kept.names:
        rows = {row: _by_design(found, data) for row, found in sorted(kept.summed(name).items())}
        if name in SIMULATIONS:
            data["coverage"][name] = rows
        elif name in NULLS:
            data["levels"][name] = {"measure": NULLS[name].measure, "label": NULLS[name].label, "counts": rows[name]}
    order = {name: k for k, name in enumerate([*SIMULATIONS, *NULLS])}
    data["coverage"] = dict(sorted(data["coverage"].items(), key=lambda item: order[item[0]]))
    data["levels"] = dict(sorted(data["levels"].items(), key=lambda item: order[item[0]]))
    return data


def _by_design(found: Mapping[Design, Sequence[int]], data: Written) -> list[Counts]:
    known = {(d.n_problems, d.concentration, d.base_rate): list(counts) for d, counts in found.items()}
    return [known.get((n, c, rate), [0, 0, 0]) for n, c, rate in data["designs"]]


def _dumped(data: Written) -> str:
    """JSON with a line per row, so that changes can be read."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _joined(text) + "\n"


def _joined(text: str) -> str:
    """Lists of lists of numbers on one line."""
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        bare = line.strip()
        if depth:
            lines[-1] += bare + (" " if bare.endswith(",") else "")
        else:
            lines.append(line)
        depth += bare.count("[") - bare.count("]")
    return "\n".join(lines)


def page(data: Written, labels: Mapping[str, str], required: Required) -> Iterator[str]:
    yield HEAD
    yield from _summary(data, required)
    yield from _levels(data)
    for name, rows in data["coverage"].items():
        yield f"\n## {labels[name]} (`{name}`)\n"
        yield from _table(rows, data)
    yield from lab_page.section()


def _summary(data: Written, required: Required) -> Iterator[str]:
    """The rows of which 93 to 97 % is asked, from 300 problems on."""
    yield f"## Asked for: {100 * LEAST:.0f} to {100 * MOST:.0f} % from {FROM} problems on\n"
    yield "| row | lowest | mean | highest | data sets a design | outside by more than chance |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    places = [k for k, (n, _, _) in enumerate(data["designs"]) if n >= FROM]
    for name, rows in data["coverage"].items():
        for row in rows:
            if row in required.get(name, ()):
                yield _summed(f"{row} ({name})", [(data["designs"][k], rows[row][k]) for k in places])


def _summed(row: str, cells: Sequence[tuple[tuple[int, float, float], Counts]]) -> str:
    shares = [100 * counts[0] / counts[1] for _, counts in cells if counts[1]]
    out = [_head(design) for design, counts in cells if is_out(counts, design[0], True)]
    if not shares:
        return f"| {row} | – | – | – | 0 | not counted |"
    least = min(counts[1] for _, counts in cells)
    mean = sum(shares) / len(shares)
    return f"| {row} | {min(shares):.1f} | {mean:.1f} | {max(shares):.1f} | {least} | {'; '.join(out) or 'none'} |"


def _levels(data: Written) -> Iterator[str]:
    if not data["levels"]:
        return
    yield "\n## Tests where nothing differs: p < .05 in per cent of data sets\n"
    yield f"| test | {' | '.join(map(_head, data['designs']))} | above 5 % by more than chance |"
    yield "| --- |" + " ---: |" * len(data["designs"]) + " --- |"
    for level in data["levels"].values():
        paired = list(zip(data["designs"], level["counts"], strict=True))
        out = "; ".join(_head(design) for design, counts in paired if rejects_more(counts)) or "none"
        yield f"| {level['label']} (`{level['measure']}`) | {' | '.join(_cell(c) for _, c in paired)} | {out} |"


def _table(rows: Mapping[str, Sequence[Counts]], data: Written) -> Iterator[str]:
    yield f"| row | {' | '.join(map(_head, data['designs']))} |"
    yield "| --- |" + " ---: |" * len(data["designs"])
    of_rows = [[row[k][1] + row[k][2] for row in rows.values()] for k in range(len(data["designs"]))]
    yield f"| *data sets* | {' | '.join(map(_range, of_rows))} |"
    for row, counts in rows.items():
        yield f"| {row} | {' | '.join(map(_cell, counts))} |"


def _range(counts: Sequence[int]) -> str:
    """How many data sets: of the row with fewest, and of that with most (required ones have more)."""
    return str(min(counts)) if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"


def _head(design: tuple[int, float, float]) -> str:
    n, concentration, rate = design
    return f"{n} / {concentration:g} / {rate:g}"


def _cell(counts: Counts) -> str:
    n_held, n_sets, n_none = counts
    if not n_sets:
        return "–"
    share = n_held / n_sets
    none = f", {n_none} none" if n_none else ""
    return f"{100 * share:.1f} ± {196 * (share * (1 - share) / n_sets) ** 0.5:.1f}{none}"
