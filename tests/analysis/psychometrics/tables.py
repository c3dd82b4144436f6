"""Small tables of answers and figures, written out, and the published runs as figures."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from analysis.psychometrics.frames import ANSWERS, FIGURES
from tests.analysis.psychometrics.test_mixed import runs

TRAIT_COLUMNS = {
    "openeness": "openness",
    "consciencienes": "conscientiousness",
    "extraversion": "extraversion",
    "agreeableness": "agreeableness",
    "neuroticism": "neuroticism",
    "self_regulation": "self_regulation",
}
BEHAVIOUR_COLUMNS = {
    "CCT_cold_avg": "risk",
    "IAT_Overall": "stereotyping",
    "Consistency": "inconsistency",
    "Calibaration": "calibration_error",
    "sycophancy_rate": "sycophancy",
}


def answer(item: str, value: float | None, **others: object) -> dict[str, object]:
    """One row: model m, instrument i, trait t, a scale of 1 to 5, nothing varied, unless said otherwise."""
    plain = dict.fromkeys(("system_prompt", "persona", "target", "template", "order", "direction", "pair"), "")
    status = "refused" if value is None else "read"
    given = {"model": "m", "temperature": "0", "sample": 0, "instrument": "i", "trait": "t", "is_reversed": False}
    return {**plain, **given, "low": 1.0, "high": 5.0, "item": item, "value": value, "status": status, **others}


def answers(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """A table of them, in the columns of ANSWERS."""
    blank: dict[str, object] = dict.fromkeys(ANSWERS)
    return pl.DataFrame([{**blank, **row} for row in rows], schema=dict(ANSWERS))


def figures(rows: Iterable[tuple[str, int, str, str, float]], target: str = "") -> pl.DataFrame:
    """From (model, sample, kind, name, value)."""
    columns = ("model", "sample", "kind", "name", "value")
    plain: dict[str, object] = dict.fromkeys(("system_prompt", "temperature", "reason"), "")
    plain |= {"persona": target and "persona", "target": target, "n": 1, "n_unread": 0}
    return pl.DataFrame([{**plain, **dict(zip(columns, row, strict=True))} for row in rows], schema=dict(FIGURES))


def published(folder: Path) -> pl.DataFrame:
    """FIGURES of the published runs without persona."""
    return framed(runs(folder / "baseline_responses"))


def with_personas(folder: Path, target: str) -> pl.DataFrame:
    """FIGURES of the runs without persona and of the three strategies that aim at the target."""
    paths = sorted((folder / "persona_injection" / target).glob("prompt_strategy_*.csv"))
    parts = [framed(pl.read_csv(path), persona=path.stem, target=target) for path in paths]
    return pl.concat([published(folder), *parts])


def framed(runs_of: pl.DataFrame, persona: str = "", target: str = "") -> pl.DataFrame:
    rows = runs_of.with_row_index().with_columns(
        model=pl.col("Model"),
        system_prompt=pl.col("persona_index").cast(pl.String),
        persona=pl.lit(persona),
        target=pl.lit(target),
        temperature=pl.col("temp").cast(pl.String),
        sample=pl.col("run"),
        n=pl.lit(1),
        n_unread=pl.lit(0),
        reason=pl.lit(""),
    )
    named = (("trait", TRAIT_COLUMNS), ("behaviour", BEHAVIOUR_COLUMNS))
    parts = [
        rows.with_columns(kind=pl.lit(kind), name=pl.lit(name), value=pl.col(column))
        for kind, columns in named
        for column, name in columns.items()
        if column in rows.columns
    ]
    return pl.concat([_cast(part) for part in parts])


def _cast(part: pl.DataFrame) -> pl.DataFrame:
    return part.select([pl.col(name).cast(kind) for name, kind in FIGURES.items()])


def by_items(values: Sequence[float | None], **others: object) -> list[dict[str, object]]:
    """An answer for each of items a, b, c ..."""
    return [answer(chr(97 + place), value, **others) for place, value in enumerate(values)]
