"""`python -m bench [NAME ...]`: how fast the parts are, as ratios within one run, one table each.

A bench is a module with `rows() -> list[dict[str, str | float]]`; its first line of documentation is its title.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

Row = dict[str, str | float]
BENCHES: dict[str, str] = {
    "analysis": "bench.analysis",
    "calib": "bench.calib",
    "exports": "bench.exports",
    "grading": "bench.grading",
    "imports": "bench.imports",
    "labelling": "bench.labelling",
    "meanwhile": "bench.meanwhile",
    "measures": "bench.measures",
    "pages": "bench.pages",
    "pipeline": "bench.pipeline",
    "probing": "bench.probing",
    "reader": "bench.reader",
    "reports": "bench.reports",
    "runs": "bench.runs",
}


def cell(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned columns, numbers to the right; the first row names the columns."""
    if not rows:
        return "(no rows)"
    names = list(rows[0])
    lines = [names, *([cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    is_text = [isinstance(rows[0][name], str) for name in names]
    pads = [str.ljust if text else str.rjust for text in is_text]
    return "\n".join("  ".join(pad(text, n) for pad, text, n in zip(pads, line, widths, strict=True)) for line in lines)


def main(wanted: Sequence[str]) -> None:
    unknown = sorted(set(wanted) - set(BENCHES))
    if unknown:
        sys.exit(f"no bench named {', '.join(unknown)}; there are: {', '.join(BENCHES) or 'none'}")
    for name in wanted or BENCHES:
        module = import_module(BENCHES[name])
        print(f"== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        print(table(module.rows()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
