"""A dashboard of a collection, or some of its figures: reflection and the pages beside it.

What it is given is what the page's address holds, so that a figure on a page and in a report are of the same numbers.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.measures import MEASURES
from analysis.measures.accuracy import FIRST
from analysis.measures.base import Row
from apps.accounts.models import Project
from apps.core.templatetags.numbers import share
from apps.reports.blocks.analysed import (
    DELETED,
    NOT_YET,
    NOTHING,
    Chosen,
    checked_collection,
    checked_query,
    chosen_of,
    collection_choices,
    missing,
    source_of,
)
from apps.reports.blocks.block import Block, BlockError, Field, Given, Kind, Made
from apps.reports.blocks.cards import facts_of, figure_of, tiles_of
from apps.reports.content import Section, Use, Words
from apps.traces.presenters.dashboard import Dashboard, cut_off_of, dashboard
from apps.traces.presenters.families import FAMILIES, REFLECTION, SETTING
from apps.traces.presenters.figures import card
from apps.traces.presenters.figures.card import Links
from apps.traces.presenters.finding import Finding
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import measuring, summaries
from apps.traces.services.measuring import Wanted
from apps.traces.services.questions import question_of
from apps.traces.services.summaries import Summary

PAGES = {REFLECTION: "Reflection"} | {name: family.label for name, family in FAMILIES.items()}
MOST_FIGURES = 40
CUT_OFF = "{} of these rollouts were cut off. An answer that is missing for that reason counts as wrong."
Rows = dict[Wanted, list[Row]]


def checked(project: Project, given: Given) -> dict[str, Any]:
    page = str(given.get("page", REFLECTION))
    if page not in PAGES:
        raise BlockError(f"unknown dashboard {page[:40]!r}; known: {', '.join(PAGES)}")
    asked = {"collection": checked_collection(project, given), "page": page, "query": checked_query(given)}
    return asked | {"figures": [str(name)[:60] for name in given.get("figures", []) if name][:MOST_FIGURES]}


def made(project: Project, block: Block) -> Made:
    chosen = chosen_of(project, block.given)
    if chosen is None:
        return Made(missing(block, DELETED))
    if chosen.standing.shown is None:
        return Made(missing(block, NOT_YET.format(chosen.collection.name)))
    whole = summaries.summary_of([chosen.analysis], RolloutFilter())
    summary = summaries.summary_of([chosen.analysis], chosen.filters)
    sources = [source_of(block, chosen, whole.n_rollouts, summary.n_rollouts)]
    if not summary.n_rollouts:
        words = NOTHING.format(chosen.collection.name, chosen.filters.query or "it has")
        return Made(missing(block, words), sources)
    section, wanted = (_reflection if block.given["page"] == REFLECTION else _family)(block, chosen, summary)
    shown = {figure.measure for figure in section.figures}
    return Made(section, sources, uses_of(block.id, [each for each in wanted if each.name in shown]))


def figure_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    """Names and titles of the figures of a chosen page, unfiltered; none where there is nothing to choose yet."""
    try:
        asked = {"collection": checked_collection(project, given), "page": str(given.get("page", REFLECTION))}
    except BlockError:
        return []
    chosen = chosen_of(project, asked) if asked["page"] in PAGES else None
    if chosen is None or chosen.standing.shown is None:
        return []
    summary = summaries.summary_of([chosen.analysis], RolloutFilter())
    if not summary.n_rollouts:
        return []
    block = Block("", "dashboard", asked | {"figures": []})
    section, _ = (_reflection if asked["page"] == REFLECTION else _family)(block, chosen, summary)
    return [(figure.name, figure.title) for figure in section.figures]


def uses_of(section: str, wanted: Iterable[Wanted]) -> list[Use]:
    """Each measure once, with its settings and the widest grouping."""
    found = {each.name: each for each in sorted(wanted, key=lambda each: len(each.by))}
    return [
        Use(section, name, dict(each.settings), ",".join(each.by), MEASURES[name].citation)
        for name, each in sorted(found.items())
    ]


def _reflection(block: Block, chosen: Chosen, summary: Summary) -> tuple[Section, list[Wanted]]:
    question = question_of(summary, chosen.given.get("by", ""), chosen.given.get(FIRST.name, ""))
    rows = measuring.measured([chosen.analysis], question.wanted, chosen.filters)
    page = dashboard(summary, chosen.analysis, question, rows, links_of(chosen))
    is_whole = not block.given["figures"]
    section = Section(
        block.id,
        block.kind,
        block.title or f"Reflection: {chosen.collection.name}",
        facts=facts_of(page.facts),
        finding=_finding(page.finding) if is_whole else [],
        tiles=tiles_of(page.tiles) if is_whole else [],
        notes=_notes(page),
        figures=_figures(block, page.figures, rows),
    )
    return section, question.wanted


def _finding(found: Finding) -> list[Words]:
    """The sentence with its aside, which is a link on the page."""
    if found.aside is None:
        return list(found.parts)
    words, _, rest = found.aside
    return [*found.parts, (f" {words}{rest}", False)]


def _notes(page: Dashboard) -> list[str]:
    """What the page says above its figures: what was cut off, how silence counts, why there is no accuracy."""
    notes = [CUT_OFF.format(share(page.cut_off.share))] if page.cut_off else []
    if page.convention:
        notes.append(f"{page.convention.said}. {page.convention.counted}")
    return [*notes, page.why_no_accuracy] if page.why_no_accuracy else notes


def _family(block: Block, chosen: Chosen, summary: Summary) -> tuple[Section, list[Wanted]]:
    family = FAMILIES[block.given["page"]]
    settings = family.chosen(dict(chosen.given))
    by = family.asks.by(summary, chosen.given.get("by", ""))
    wanted = family.asks.wanted(by, settings)
    rows = measuring.measured([chosen.analysis], wanted, chosen.filters)
    page = family.page(family.asked(rows, by, settings), links_of(chosen), settings)
    figures = [figure for line in page.lines for figure in line]
    cut_off = cut_off_of(summary, links_of(chosen))
    section = Section(
        block.id,
        block.kind,
        block.title or f"{family.label}: {chosen.collection.name}",
        finding=list(page.finding) if not block.given["figures"] else [],
        notes=[CUT_OFF.format(share(cut_off.share))] if cut_off else [],
        figures=_figures(block, figures, rows),
    )
    return section, wanted


def links_of(chosen: Chosen) -> Links:
    """Addresses that lead nowhere: a report has no links into the application."""
    return Links("", lambda measure: "", chosen.filters)


def _figures(block: Block, shown: Sequence[card.Figure], rows: Rows) -> list[Any]:
    names = block.given["figures"]
    kept = [figure for figure in shown if not names or figure.name in names]
    return [figure_of(figure, *_rows(figure.measure, rows)) for figure in kept]


def _rows(measure: str, rows: Rows) -> tuple[list[Row], tuple[str, ...]]:
    """All rows of a measure, over everything and by group, with the columns of the groups."""
    own = {wanted: found for wanted, found in rows.items() if wanted.name == measure}
    by = max((wanted.by for wanted in own), key=len, default=())
    return [row for found in own.values() for row in found], by


KIND = Kind(
    (
        Field("collection", "Collection", "choice", collection_choices, is_needed=True),
        Field("page", "Dashboard", "choice", lambda project, given: list(PAGES.items()), is_needed=True),
        Field(
            "query",
            "Filter and settings",
            help=f"What stands behind the ? of the page: model=…&by=condition&{SETTING}bins=15. Empty: all rollouts.",
        ),
        Field("figures", "Figures", "choices", figure_choices, help="None ticked: all of them, with the tiles."),
    ),
    checked,
    made,
)
