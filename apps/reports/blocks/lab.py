"""A page of the psychology lab, or some of its figures: reliability, link or dissociation, as the project stands.

What it is given is what the page's address holds, so that a figure on the page and in a report are of the same numbers.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import orjson

from apps.accounts.models import Project
from apps.psychology.presenters import trust
from apps.psychology.presenters.asking import ALL, FIELDS, asked_of, names_asked, values_of
from apps.psychology.presenters.linking import Hrefs
from apps.psychology.presenters.linking import Page as LinkPage
from apps.psychology.presenters.pages import dissociation_page, link_page
from apps.psychology.queries.administrations import names_of, state_of
from apps.psychology.services import linking as statistics
from apps.psychology.services.linking import Asked
from apps.psychology.services.reliability import trust as trust_in
from apps.reports.blocks.analysed import missing
from apps.reports.blocks.block import Block, BlockError, Field, Given, Kind, Made
from apps.reports.blocks.cards import facts_of
from apps.reports.blocks.counted import listed
from apps.reports.blocks.lab_cards import of_card, of_table
from apps.reports.content import Fact, Figure, Section, Source, Use

PAGES = {
    "reliability": "Reliability: how far answers can be trusted",
    "link": "Link: does saying go with doing?",
    "dissociation": "Dissociation: what models say, what they do",
}
FIGURES: dict[str, dict[str, str]] = {
    "reliability": {
        "sensitivity": "Sensitivity to how an item is put",
        "symmetry": "Symmetry of the options",
        "indices": "Consistency and repetition",
        "tests": "Tests by item",
        "refusals": "Refused and unread",
        "stability": "Stability: base against instruct models",
    },
    "link": {
        "link": "Traits against behaviours",
        "alignment-joint": "Alignment with human directions, signs joint",
        "within": "Within models",
        "between": "Between models",
        "alignment-pearson": "Alignment with human directions, signs one by one",
        "described": "Self-description against measured behaviour",
        "predictions": "Who foretells whose replies",
    },
    "dissociation": {
        "effects": "Persona effect on report and on behaviour",
        "link": "Traits against behaviours",
        "alignment-joint": "Alignment with human directions, signs joint",
        "gaps": "How much further the report moved",
        "regressions": "Persona against none, as published",
    },
}
USED = "lab/"
"""What the name of a use begins with where it is of the lab and no measure of rollouts."""
GONE = "The administration {!r} is not there any more."


class Shown(NamedTuple):
    """A page as a report has it, and how many sittings are behind it."""

    facts: list[Fact]
    finding: str
    figures: list[Figure]
    notes: list[str]
    settings: dict[str, str]
    n: int


def checked(project: Project, given: Given) -> dict[str, Any]:
    page = str(given.get("page", "link"))
    if page not in PAGES:
        raise BlockError(f"unknown page of the lab {page[:40]!r}; known: {', '.join(PAGES)}")
    asked = dict(parse_qsl(str(given.get("query", "")).strip().lstrip("?")[:1000]))
    for name, value in asked.items():
        _check(project, name, value)
    figures = listed(given, "figures", 40)
    other = next((name for name in figures if name not in FIGURES[page]), None)
    if other is not None:
        raise BlockError(f"the page {page} has no figure {other!r}; known: {', '.join(FIGURES[page])}")
    return {"page": page, "query": urlencode(asked), "figures": figures}


def _check(project: Project, name: str, value: str) -> None:
    if name == "of":
        known = {ALL, *names_of(project)}
    elif name in FIELDS:
        known = set(dict(FIELDS[name][1]))
    else:
        raise BlockError(f"the lab's pages take no {name[:40]!r}; known: of, {', '.join(FIELDS)}")
    if value not in known:
        raise BlockError(f"{name} takes {' or '.join(sorted(filter(None, known)))}, not {value[:40]!r}")


def made(project: Project, block: Block) -> Made:
    given = dict(parse_qsl(block.given["query"]))
    of = given.get("of", ALL)
    if of != ALL and of not in names_of(project):
        return Made(missing(block, GONE.format(of)))
    shown = READERS[block.given["page"]](project, given)
    source = _source(project, block, shown)
    if not shown.figures:
        return Made(missing(block, shown.finding), [source])
    names = block.given["figures"]
    kept = [each for each in shown.figures if not names or each.name in names]
    section = Section(
        block.id,
        block.kind,
        block.title or PAGES[block.given["page"]],
        facts=shown.facts,
        finding=[(shown.finding, False)],
        notes=shown.notes,
        figures=kept,
        missing="" if kept else "The page has none of the chosen figures: nothing was given that they could show.",
    )
    return Made(section, [source], [_use(block, each, shown.settings) for each in kept])


def _reliability(project: Project, given: Mapping[str, str]) -> Shown:
    names = names_asked(project, given.get("of"))
    found = trust_in(project, names)
    page = trust.page_of(found, lambda name: "")
    figures = [of_table(table, trust.lines_of(found, table.id)) for table in page.tables]
    notes = [part for part in (page.noise, page.caution) if part]
    return Shown(facts_of(page.facts), page.finding, figures, notes, {}, _sittings(project, Asked(names)))


def _sittings(project: Project, asked: Asked) -> int:
    told, _, _ = statistics.counts(project, asked)
    return told["sittings"]


def _link(project: Project, given: Mapping[str, str]) -> Shown:
    asked = asked_of(project, given)
    return _shown(project, asked, link_page(project, asked, Hrefs("", "")))


def _dissociation(project: Project, given: Mapping[str, str]) -> Shown:
    asked = asked_of(project, given)
    return _shown(project, asked, dissociation_page(project, asked, Hrefs("", "")))


def _shown(project: Project, asked: Asked, page: LinkPage) -> Shown:
    figures = [of_card(project, asked, card) for card in page.cards]
    n, settings = _sittings(project, asked), _settings(asked)
    return Shown(facts_of(page.facts), page.finding, figures, [page.caution], settings, n)


def _settings(asked: Asked) -> dict[str, str]:
    """What was asked for, in the page's words."""
    values = values_of(asked)
    chosen = {label: dict(choices)[values[name]] for name, (label, choices) in FIELDS.items()}
    return {"Administration": ", ".join(asked.names) or "all of the project"} | chosen


READERS: dict[str, Callable[[Project, Mapping[str, str]], Shown]] = {
    "reliability": _reliability,
    "link": _link,
    "dissociation": _dissociation,
}


def _source(project: Project, block: Block, shown: Shown) -> Source:
    """The project's lab; its hash is of all tables of the page, whichever are shown."""
    body = orjson.dumps([[each.name, each.lines] for each in shown.figures])
    return Source(
        section=block.id,
        project=project.name,
        collection="",
        sha256=sha256(body).hexdigest(),
        n_rollouts=shown.n,
        n_chosen=shown.n,
        filter=block.given["query"],
        state=standing_of(project, block.given["query"]),
    )


def standing_of(project: Project, query: str) -> str:
    """What the lab holds of what a page was asked for: another one as soon as a number of it may be another."""
    asked = dict(parse_qsl(query)).get("of", ALL)
    held = state_of(project, () if asked == ALL else (asked,))
    return sha256(repr(held).encode()).hexdigest()


def _use(block: Block, figure: Figure, settings: Mapping[str, str]) -> Use:
    return Use(block.id, USED + figure.name, dict(settings), "", figure.cite)


def figure_choices(project: Project, given: Given) -> list[tuple[str, str]]:
    return list(FIGURES.get(str(given.get("page", "")), {}).items())


KIND = Kind(
    (
        Field("page", "Page", "choice", lambda project, given: list(PAGES.items()), is_needed=True),
        Field("query", "What it is of", help="As in the page's address: of=NAME&level=marginal. Empty: the usual."),
        Field("figures", "Figures", "choices", figure_choices, "None ticked: all of them."),
    ),
    checked,
    made,
)
