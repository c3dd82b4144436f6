"""Estimates with intervals on a line each: alignment by model, and persona effects on report and behaviour.

Coordinates and words for drawings. Knows no request.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor
from typing import NamedTuple

from analysis.psychometrics.alignments import ModelAlignment
from analysis.psychometrics.dissociation import Moved
from analysis.psychometrics.persona import Effect
from apps.core.templatetags.numbers import decimal, share, signed
from apps.psychology.presenters.words import Cell, Table, share_cell, short, signed_cell

ROW, TOP = 24, 28
LONGEST_MODEL = 24


class Tick(NamedTuple):
    x: float
    text: str
    is_zero: bool


class Mark(NamedTuple):
    """One estimate: where it stands, its interval, its label; `is_sure` if the interval leaves the reference out."""

    y: float
    x: float
    low: float
    high: float
    text: str
    is_sure: bool


class Line(NamedTuple):
    """A line of the picture; `heading` opens a block and may have a second line of words."""

    y: float
    label: str
    heading: str
    under: str
    left: Mark | None
    right: Mark | None
    reason: str


class Forest(NamedTuple):
    width: int
    height: int
    bottom: int
    lines: Sequence[Line]
    left_ticks: Sequence[Tick]
    right_ticks: Sequence[Tick]
    band: tuple[float, float] | None


class Scale(NamedTuple):
    """Values on pixels."""

    low: float
    high: float
    start: float
    end: float

    def x(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return round(self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start), 1)


def alignment_forest(found: Sequence[ModelAlignment]) -> Forest:
    """A line a model, the highest share first; the band is what coins give for as many links as most models have."""
    scale = Scale(0, 1, 210, 560)
    known = sorted(
        (each for each in found if each.alignment.share is not None), key=lambda each: -(each.alignment.share or 0)
    )
    lines = []
    for number, each in enumerate(known):
        y, held = TOP + ROW * number + 12, each.alignment
        low, high = held.interval or (held.share or 0, held.share or 0)
        mark = Mark(
            y, scale.x(held.share or 0), scale.x(low), scale.x(high), share(held.share, 0), low > 0.5 or high < 0.5
        )
        lines.append(Line(y, name_of(each.model), "", "", mark, None, ""))
    chance = next((each.alignment.chance for each in known if each.alignment.chance), None)
    bottom = TOP + ROW * len(known) + 4
    ticks = [Tick(scale.x(k / 4), str(25 * k), k == 2) for k in range(5)]
    band = (scale.x(chance[0]), scale.x(chance[1])) if chance else None
    return Forest(620, bottom + 24, bottom, lines, ticks, (), band)


def alignment_table(found: Sequence[ModelAlignment], csv: str) -> Table:
    rows = [
        (
            each.model,
            [
                _share(each),
                Cell(f"{each.alignment.n_same} of {each.alignment.n}"),
                Cell(_band(each.alignment.chance)),
                Cell(_band(each.shuffled)),
                Cell(str(each.n_runs)),
            ],
        )
        for each in found
    ]
    return Table(
        "t-alignment",
        "alignment by model",
        ("same sign", "links", "a coin, 95 %", "behaviour dealt anew, 95 %", "runs"),
        rows,
        csv=csv,
    )


def name_of(model: str) -> str:
    """A model's own name, without whose it is, cut to what an axis holds."""
    name = model.rsplit("/", 1)[-1]
    return name if len(name) <= LONGEST_MODEL else name[: LONGEST_MODEL - 1] + "…"


def _share(each: ModelAlignment) -> Cell:
    low, high = each.alignment.interval or (None, None)
    return share_cell(each.alignment.share, low, high, each.alignment.n)


def alignment_lines(found: Sequence[ModelAlignment]) -> Iterator[tuple[object, ...]]:
    yield ALIGNMENT_COLUMNS
    for each in found:
        held = each.alignment
        ends = [*(held.interval or (None, None)), *(held.chance or (None, None)), *(each.shuffled or (None, None))]
        yield (each.model, each.way, held.n_same, held.n, held.share, *ends, each.n_runs)


ALIGNMENT_COLUMNS = (
    "model", "way", "n_same", "n", "share", "low", "high", "chance_low", "chance_high", "shuffled_low", "shuffled_high",
    "n_runs",
)  # fmt: skip


def _band(ends: Sequence[float] | None) -> str:
    return "–" if ends is None else f"{decimal(100 * ends[0], 0)} to {decimal(100 * ends[1], 0)}"


def effects_forest(moved: Sequence[Moved], doing: Mapping[str, str]) -> Forest:
    """Report left, behaviour right, one scale: a line a persona, a block a target; `doing`: target -> behaviour."""
    rows = list(_paired(moved, doing))
    ends = [
        end
        for _, _, said, did in rows
        for each in (said, did)
        if each
        for end in (each.low, each.high, each.value)
        if end is not None
    ]
    low, high = min(-1, floor(min(ends, default=0))), max(1, ceil(max(ends, default=0)))
    left, right = Scale(low, high, 250, 700), Scale(low, high, 800, 1250)
    lines, y, before = [], TOP - 6, None
    for target, persona, said, did in rows:
        is_first = target != before
        if is_first:
            y += 26 if before is None else 44
        heading = f"{short_target(target)} personas" if is_first else ""
        under = f"against {short(doing[target]).lower()}" if is_first and target in doing else ""
        y += ROW
        reason = (said.reason if said else "") or (did.reason if did else "")
        lines.append(Line(y, persona, heading, under, _mark(said, left, y), _mark(did, right, y), reason))
        before = target
    bottom = y + 18
    return Forest(1290, bottom + 24, bottom, lines, _ticks(left), _ticks(right), None)


def short_target(target: str) -> str:
    return target.replace("_", "-").capitalize()


def _paired(
    moved: Sequence[Moved], doing: Mapping[str, str]
) -> Iterator[tuple[str, str, Effect | None, Effect | None]]:
    keys = dict.fromkeys((each.target, each.persona) for each in moved if each.target)
    for target, persona in keys:
        own = [each for each in moved if (each.target, each.persona) == (target, persona)]
        said = next((each.effect for each in own if each.is_target), None)
        did = next((each.effect for each in own if each.kind == "behaviour" and each.name == doing.get(target)), None)
        yield (
            target,
            persona.replace(f"{target} ", "set ").replace(f"{short_target(target).lower()} ", "set "),
            said,
            did,
        )


def _mark(effect: Effect | None, scale: Scale, y: float) -> Mark | None:
    if effect is None or effect.value is None:
        return None
    low, high = (
        effect.low if effect.low is not None else effect.value,
        effect.high if effect.high is not None else effect.value,
    )
    return Mark(y, scale.x(effect.value), scale.x(low), scale.x(high), signed(effect.value, 2), low > 0 or high < 0)


def _ticks(scale: Scale) -> list[Tick]:
    step = max(1, round((scale.high - scale.low) / 8))
    values = range(int(scale.low), int(scale.high) + 1, step)
    return [Tick(scale.x(value), signed(value, 0) if value else "0", value == 0) for value in values]


def effects_table(moved: Sequence[Moved], csv: str) -> Table:
    rows = [
        (
            f"{each.persona or f'all {short_target(each.target).lower()} personas'}: {short(each.name)}",
            [
                Cell("report" if each.kind == "trait" else "behaviour"),
                signed_cell(
                    each.effect.value, each.effect.low, each.effect.high, each.effect.n_models, each.effect.reason
                ),
                Cell("yes" if each.is_target else ""),
            ],
        )
        for each in moved
    ]
    return Table(
        "t-effects", "persona effects on every trait and behaviour", ("side", "effect, SD", "its target"), rows, csv=csv
    )


def effects_lines(moved: Sequence[Moved]) -> Iterator[tuple[object, ...]]:
    yield ("target", "persona", "kind", "name", "is_target", "effect", "low", "high", "n_models", "reason")
    for each in moved:
        yield (*each[:5], *each.effect)
