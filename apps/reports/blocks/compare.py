"""Two to twelve collections side by side, and their arms pair by pair: the figures of the page that compares them."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from apps.accounts.models import Project
from apps.core.templatetags.numbers import count, plural, share
from apps.reports.blocks.analysed import Chosen, checked_query, collection_choices, missing, source_of
from apps.reports.blocks.block import Block, BlockError, Field, Given, Kind, Made
from apps.reports.blocks.cards import figure_of
from apps.reports.blocks.counted import listed
from apps.reports.blocks.dashboard import uses_of
from apps.reports.content import Figure, Section, Source
from apps.traces.models import Analysis, Collection
from apps.traces.presenters.comparison import Comparison, LinksAcross, comparison
from apps.traces.queries.collections import collections_of
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import Standing
from apps.traces.services import summaries
from apps.traces.services.comparing import (
    BY,
    FEWEST,
    GROUP,
    MOST,
    NAMES,
    PAIRS,
    analyses_in_order,
    lines_of,
    pairs_of,
    truncated_of,
)
from apps.traces.services.measuring import Wanted

FIGURES = {
    "panels": "Side by side",
    "first_to_final": "First to final, side by side",
    "transitions": "What each reflection did, side by side",
    "compare": "Which arm is better on the same problems",
    "equal_budgets": "Accuracy at equal tokens",
}
OF_PAIRS = ("compare", "equal_budgets")
TOO_FEW = "Only {} of the {} collections that this compares {} still there."


class Asked(NamedTuple):
    """Collections in their order, their analyses and what is asked of them."""

    collections: list[Collection]
    analyses: list[Analysis]
    filters: RolloutFilter
    given: dict[str, str]


def checked(project: Project, given: Given) -> dict[str, Any]:
    keys = listed(given, "collections", MOST + 1)
    if not FEWEST <= len(keys) <= MOST:
        raise BlockError(f"choose {FEWEST} to {MOST} collections to stand side by side, not {len(keys)}")
    wrong = next((key for key in keys if not (key.isascii() and key.isdigit() and len(key) < 19)), None)
    if wrong is not None:
        raise BlockError(f"choose collections of this project; {wrong[:40]!r} is none")
    known = {str(each.pk) for each in _found(project, keys)}
    unknown = next((key for key in keys if key not in known), None)
    if unknown is not None:
        raise BlockError(f"choose collections of this project; {unknown!r} is none")
    figures = listed(given, "figures", len(FIGURES) + 1)
    other = next((name for name in figures if name not in FIGURES), None)
    if other is not None:
        raise BlockError(f"a comparison has no figure {other!r}; known: {', '.join(FIGURES)}")
    return {"collections": keys, "query": checked_query(given), "figures": figures}


def _found(project: Project, keys: Sequence[str]) -> list[Collection]:
    """Those that are still there, in the order in which they were chosen."""
    found = {each.pk: each for each in collections_of(project).filter(pk__in=[int(key) for key in keys])}
    return [found[int(key)] for key in keys if int(key) in found]


def made(project: Project, block: Block) -> Made:
    keys, query = block.given["collections"], dict(parse_qsl(block.given["query"]))
    collections, filters = _found(project, keys), RolloutFilter.parse(query)
    if len(collections) < FEWEST:
        is_one = len(collections) == 1
        return Made(missing(block, TOO_FEW.format(len(collections), len(keys), "is" if is_one else "are")))
    asked = Asked(collections, analyses_in_order(collections, filters), filters, query)
    sources = [_source(block, asked, analysis) for analysis in asked.analyses]
    if not asked.analyses:
        return Made(missing(block, "None of these collections has a finished analysis yet."))
    if not any(source.n_chosen for source in sources):
        return Made(missing(block, f"No rollout of these collections matches the filter {filters.query}."), sources)
    page, figures = _page(block, asked)
    section = Section(
        block.id,
        block.kind,
        block.title or "Collections side by side",
        finding=[(page.finding, False)],
        notes=_notes(page, len(keys) - len(collections)),
        figures=figures,
    )
    shown = {figure.measure for figure in figures}
    wanted = [*(Wanted(name, BY) for name in NAMES), PAIRS]
    if "panels" in {figure.name for figure in figures}:
        shown |= {"accuracy", "transitions", "tokens", "early_stop"}
    return Made(section, sources, uses_of(block.id, [each for each in wanted if each.name in shown]))


def _page(block: Block, asked: Asked) -> tuple[Comparison, list[Figure]]:
    names = {each.pk: each.name for each in asked.collections}
    lines, pairs = lines_of(asked.analyses, names, asked.filters), pairs_of(asked.analyses, names, asked.filters)
    lists = {str(each.pk): "" for each in asked.collections}
    links = LinksAcross("", lambda measure: "", asked.filters, lists=lists)
    truncated = truncated_of(asked.analyses, asked.filters)
    page = comparison(asked.collections, asked.analyses, lines, truncated, links, "", pairs)
    rows = [row for line in lines for row in line.table_rows()]
    kept = [each for each in page.figures if not block.given["figures"] or each.name in block.given["figures"]]
    return page, [
        figure_of(each, pairs, ()) if each.name in OF_PAIRS else figure_of(each, rows, GROUP) for each in kept
    ]


def _notes(page: Comparison, n_gone: int) -> list[str]:
    notes = [f"{each.name} is not compared: {why}." for each, why in page.missing]
    notes += [f"The numbers of {each.name} are of its revision {count(old)}." for each, old in page.old]
    notes += [f"{share(part)} of the rollouts of {each.name} were cut off." for each, part in page.cut_off]
    if n_gone:
        notes.append(f"{plural(n_gone, 'collection')} that was compared here is not there any more.")
    return notes


def _source(block: Block, asked: Asked, analysis: Analysis) -> Source:
    collection = next(each for each in asked.collections if each.pk == analysis.collection_id)
    chosen = Chosen(collection, Standing(collection, analysis, analysis), asked.filters, asked.given)
    whole, part = (summaries.summary_of([analysis], each).n_rollouts for each in (RolloutFilter(), asked.filters))
    return source_of(block, chosen, whole, part)


def figure_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    return list(FIGURES.items())


KIND = Kind(
    (
        Field("collections", "Collections", "choices", collection_choices, "Two to twelve.", is_needed=True),
        Field("query", "Filter", help="As in an address: problem_set=…&truncated=no. Empty: all rollouts."),
        Field("figures", "Figures", "choices", figure_choices, "None ticked: all of them."),
    ),
    checked,
    made,
)
