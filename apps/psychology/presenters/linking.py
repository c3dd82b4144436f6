"""The link and dissociation pages: findings, cards, how to read them. Knows statistics' results, no request, no row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from analysis.psychometrics.alignments import JOINT, ModelAlignment
from analysis.psychometrics.dissociation import Moved
from analysis.psychometrics.link import Link
from analysis.psychometrics.tasks.cross_prediction import Prediction
from apps.core.templatetags.numbers import count, decimal, plural, points, share
from apps.psychology.presenters import readings
from apps.psychology.presenters.forest import (
    Forest,
    alignment_forest,
    alignment_table,
    effects_forest,
    effects_table,
    name_of,
)
from apps.psychology.presenters.heat import Heat, heat_of, link_table, matched
from apps.psychology.presenters.words import CAUTION, Cell, Table, index_cell, share_cell, short
from apps.psychology.services.linking import CrossPrediction
from apps.traces.presenters.facts import Fact

ILLUSION = "Han et al. 2025, The Personality Illusion (arXiv 2509.03730)"
AGAINST = {"agreeableness": "sycophancy", "self_regulation": "risk"}
"""Which behaviour stands beside a persona's trait, as in the paper; for others the first behaviour there is."""
LONGEST_OPEN = 12
NOTHING = (
    "Nothing can be linked yet: self-report and behaviour of the same models under equal prompts, personas and "
    "temperatures are needed. Give an instrument and a task in one grid, or read in published runs."
)


class Card(NamedTuple):
    """A figure with its table; `drawing` names its picture, "" for none."""

    id: str
    title: str
    drawing: str
    table: Table
    read: str
    cite: str
    heat: Heat | None = None
    forest: Forest | None = None
    svg: str = ""
    missing: str = ""
    is_half: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its table is unfolded: one without a picture that is no longer than a picture would be."""
        return not self.drawing and not self.missing and len(self.table.rows) <= LONGEST_OPEN


class Page(NamedTuple):
    title: str
    facts: Sequence[Fact]
    finding: str
    cards: Sequence[Card]
    caution: str = CAUTION


class Hrefs(NamedTuple):
    """Where a figure's files are: the address before the file's name, and the query after it."""

    start: str
    query: str

    def to(self, name: str) -> str:
        return f"{self.start}{name}{'?' + self.query if self.query else ''}"


def doing_of(moved: Sequence[Moved]) -> dict[str, str]:
    """Target -> the behaviour shown beside its report."""
    behaviours = list(dict.fromkeys(each.name for each in moved if each.kind == "behaviour"))
    found = {}
    for target in dict.fromkeys(each.target for each in moved if each.target):
        wanted = AGAINST.get(target)
        first = wanted if wanted in behaviours else next(iter(behaviours), None)
        if first is not None:
            found[target] = first
    return found


def link_page(
    facts: Sequence[Fact],
    links: Sequence[Link],
    split: Sequence[Link],
    aligned: Mapping[str, Sequence[ModelAlignment]],
    described: pl.DataFrame,
    predictions: Sequence[CrossPrediction],
    coverage: str,
    hrefs: Hrefs,
) -> Page:
    """Coefficients, the same within and between models, and alignment by both ways of getting signs."""
    if not links:
        return Page("Link: does saying go with doing?", facts, NOTHING, ())
    joint, *others = [alignment_card(found, way, hrefs) for way, found in aligned.items()]
    cards = [link_card(links, coverage, hrefs), joint]
    cards += [_split_card(split, level, hrefs) for level in ("within", "between")] + others
    if described.height:
        cards.append(_described_card(described, hrefs))
    if predictions:
        cards.append(_predictions_card(predictions, hrefs))
    return Page("Link: does saying go with doing?", facts, link_finding(links), cards)


def dissociation_page(
    facts: Sequence[Fact],
    moved: Sequence[Moved],
    personas: Sequence[Table],
    links: Sequence[Link],
    aligned: Sequence[ModelAlignment],
    coverage: str,
    hrefs: Hrefs,
) -> Page:
    """What personas do to the report and to the behaviour, then traits against behaviours, then alignment."""
    title = "Dissociation: what models say, what they do"
    if not links and not moved:
        return Page(title, facts, NOTHING, ())
    finding = " ".join(part for part in (effects_finding(moved), link_finding(links)) if part)
    cards = [effects_card(moved, hrefs)]
    if links:
        cards += [link_card(links, coverage, hrefs), alignment_card(aligned, JOINT, hrefs)]
    cards += [
        Card(table.id.removeprefix("t-"), table.title, "", table, table.read, table.cite)
        for table in personas
        if table.rows
    ]
    return Page(title, facts, finding, cards)


def effects_finding(moved: Sequence[Moved]) -> str:
    doing = doing_of(moved)
    single = [each for each in moved if each.persona]
    said = [abs(each.effect.value) for each in single if each.is_target and each.effect.value is not None]
    did = [
        abs(each.effect.value)
        for each in single
        if each.kind == "behaviour" and doing.get(each.target) == each.name and each.effect.value is not None
    ]
    if not said or not did:
        return ""
    return (
        f"A persona moves the self-report by {_span(said)} SD and the matching behaviour by "
        f"{decimal(max(did), 1)} SD at most."
    )


def _span(values: Sequence[float]) -> str:
    low, high = decimal(min(values), 1), decimal(max(values), 1)
    return low if low == high else f"{low} to {high}"


def link_finding(links: Sequence[Link]) -> str:
    n_same, n = matched(links)
    n_sure = sum(link.q is not None and link.q < 0.05 for link in links)
    told = sum(link.q is not None for link in links)
    sure = f"{count(n_sure)} of {plural(told, 'link')} remain after correction for the family."
    if not told:
        return f"No link can be told here: {why_none(links)}."
    if not n:
        return sure
    known = f"Of {plural(n, 'link')} where people show a known direction, {n_same} point the same way here"
    return f"{known}; a coin would give {decimal(n / 2, 0)}. {sure}"


def why_none(links: Sequence[Link]) -> str:
    """The commonest reason for which a link has no estimate; "" where all have one."""
    reasons = Counter(link.reason for link in links if link.estimate is None)
    return reasons.most_common(1)[0][0] if reasons else ""


def is_drawn(links: Sequence[Link]) -> bool:
    return any(link.estimate is not None for link in links)


def link_card(links: Sequence[Link], coverage: str, hrefs: Hrefs) -> Card:
    first = links[0]
    what = "each trait alone" if first.level == "marginal" else "all traits together"
    return Card(
        "link",
        "Traits against behaviours",
        "heat" if is_drawn(links) else "",
        link_table(links, "coefficients, intervals, corrected p, expected signs", hrefs.to("link.csv")),
        readings.LINK.format(what=what, how=readings.HOW[first.inference], coverage=coverage),
        f"{ILLUSION}, RQ2.",
        heat=heat_of(links),
        svg=hrefs.to("link.svg") if is_drawn(links) else "",
        missing="" if is_drawn(links) else why_none(links),
        is_half=True,
    )


def _split_card(split: Sequence[Link], level: str, hrefs: Hrefs) -> Card:
    own = [link for link in split if link.level == level]
    table = link_table(own, f"{level} models", hrefs.to("within-between.csv"))
    return Card(
        level,
        f"{level.capitalize()} models",
        "heat" if is_drawn(own) else "",
        table._replace(id=f"t-{level}"),
        readings.WITHIN,
        "Mundlak 1978; arXiv 2606.12730.",
        heat=heat_of(own),
        svg=hrefs.to(f"{level}.svg") if is_drawn(own) else "",
        missing="" if is_drawn(own) else why_none(own),
        is_half=True,
    )


def _described_card(described: pl.DataFrame, hrefs: Hrefs) -> Card:
    rows = [
        (f"{short(row['described'])} on {short(row['measured'])}", [_r(row)]) for row in described.iter_rows(named=True)
    ]
    table = Table(
        "t-described", "self-description and behaviour", ("r over models",), rows, csv=hrefs.to("described.csv")
    )
    return Card(
        "described",
        "Self-description against measured behaviour",
        "",
        table,
        readings.DESCRIBED,
        "Betley et al. 2025, Tell Me About Yourself (arXiv 2501.11120), Figure 4.",
        is_half=True,
    )


def _predictions_card(predictions: Sequence[CrossPrediction], hrefs: Hrefs) -> Card:
    rows = [
        (
            f"{name_of(each.of)} foretold by {'itself' if each.by == each.of else name_of(each.by)}",
            [_share(each.found), Cell(share(each.found.mode)), _points(each.access)],
        )
        for each in predictions
    ]
    heads = ("right", "commonest value", "better than the other, points")
    return Card(
        "predictions",
        "Who foretells whose replies",
        "",
        Table(
            "t-predictions", "self-prediction and prediction by others", heads, rows, csv=hrefs.to("predictions.csv")
        ),
        readings.PREDICTIONS,
        "Binder et al. 2024, Looking Inward (arXiv 2410.13787).",
        is_half=True,
    )


def _share(found: Prediction) -> Cell:
    return share_cell(found.value, found.low, found.high, found.n, found.reason)


def _points(found: Prediction | None) -> Cell:
    if found is None:
        return Cell("")
    ci = "" if found.low is None or found.high is None else f"[{points(found.low)}, {points(found.high)}]"
    return Cell(points(found.value), ci, count(found.n), found.reason)


def prediction_lines(predictions: Sequence[CrossPrediction]) -> Iterator[tuple[object, ...]]:
    yield (
        "of",
        "by",
        "value",
        "low",
        "high",
        "mode",
        "n",
        "n_problems",
        "reason",
        "access",
        "access_low",
        "access_high",
    )
    for each in predictions:
        yield (each.of, each.by, *each.found, *(each.access[:3] if each.access else (None, None, None)))


def described_lines(described: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    yield tuple(described.columns)
    yield from described.iter_rows()


def _r(row: Mapping[str, Any]) -> Cell:
    return index_cell(row["r"], row["low"], row["high"], row["n"], row["reason"] or "")


def alignment_card(aligned: Sequence[ModelAlignment], way: str, hrefs: Hrefs) -> Card:
    name = "alignment-joint" if way == JOINT else "alignment-pearson"
    how = "all traits of a model fitted jointly" if way == JOINT else "one trait at a time (Pearson)"
    table = alignment_table(aligned, hrefs.to(f"{name}.csv"))._replace(id=f"t-{name}")
    known = [each for each in aligned if each.alignment.share is not None]
    return Card(
        name,
        f"Alignment with human directions, signs {'joint' if way == JOINT else 'one by one'}",
        "alignment" if known else "",
        table,
        readings.ALIGNMENT.format(how=how),
        f"{ILLUSION}, RQ2.",
        forest=alignment_forest(aligned),
        svg=hrefs.to(f"{name}.svg") if known else "",
        missing="" if known else "no model has a link whose direction is known from people",
        is_half=True,
    )


def effects_card(moved: Sequence[Moved], hrefs: Hrefs) -> Card:
    shown = [each for each in moved if each.target and each.persona]
    return Card(
        "effects",
        "Persona effect on report and on behaviour",
        "effects" if shown else "",
        effects_table(moved, hrefs.to("effects.csv")),
        readings.EFFECTS,
        f"{ILLUSION}, RQ3.",
        forest=effects_forest(shown, doing_of(moved)) if shown else None,
        svg=hrefs.to("effects.svg") if shown else "",
        missing="" if shown else "no persona was given; tick a trait and a way of telling it in a new grid",
    )


def facts_of(figures_n: Mapping[str, int], n_unread: int, n_replies: int) -> list[Fact]:
    unread = Fact(
        "not read as an answer", share(n_unread / n_replies) if n_replies else "–", "kept as data, never a midpoint"
    )
    return [Fact(label, count(n)) for label, n in figures_n.items()] + [unread]
