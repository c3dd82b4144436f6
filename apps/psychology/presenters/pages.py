"""The link and dissociation pages of a project, their tables' lines and their pictures. Knows no request."""

from collections.abc import Callable, Iterable, Sequence

from analysis.psychometrics import rates
from analysis.psychometrics.alignments import JOINT, ONE_BY_ONE
from analysis.psychometrics.link import CROSSED, Link
from apps.accounts.models import Project
from apps.psychology.presenters import forest, heat, linking, personas
from apps.psychology.services import linking as statistics
from apps.psychology.services.linking import Asked


def link_page(project: Project, asked: Asked, hrefs: linking.Hrefs) -> linking.Page:
    """Trait by behaviour: coefficients, within and between models, alignment by both ways."""
    links = statistics.links(project, asked)
    return linking.link_page(
        linking.facts_of(*statistics.counts(project, asked)),
        links,
        statistics.split_links(project, asked),
        {way: statistics.aligned(project, asked, way) for way in (JOINT, ONE_BY_ONE)},
        statistics.described(project, asked),
        statistics.predictions(project, asked),
        coverage_of(links),
        hrefs,
    )


def dissociation_page(project: Project, asked: Asked, hrefs: linking.Hrefs) -> linking.Page:
    """Personas on report and behaviour, then the links, at a glance."""
    links = statistics.links(project, asked)
    return linking.dissociation_page(
        linking.facts_of(*statistics.counts(project, asked)),
        statistics.moved(project, asked),
        [
            personas.gap_table(statistics.gaps(project, asked), hrefs.to("gaps.csv")),
            personas.regression_table(statistics.regressed(project, asked), hrefs.to("regressions.csv")),
        ],
        links,
        statistics.aligned(project, asked, JOINT),
        coverage_of(links),
        hrefs,
    )


def coverage_of(links: Sequence[Link]) -> str:
    """How intervals and tests were measured to do with as many models as there are."""
    n_models = max((each.n_models for each in links), default=0)
    first = links[0] if links else None
    if not n_models:
        return ""
    if first is None or first.inference == CROSSED:
        return rates.measured(("crossed", "no_crossed"), n_models)
    return rates.note(n_models, (first.level, f"no_{first.level}"))


TABLES: dict[str, Callable[[Project, Asked], Iterable[tuple[object, ...]]]] = {
    "link": lambda project, asked: heat.link_lines(statistics.links(project, asked)),
    "within-between": lambda project, asked: heat.link_lines(statistics.split_links(project, asked)),
    "alignment-joint": lambda project, asked: forest.alignment_lines(statistics.aligned(project, asked, JOINT)),
    "alignment-pearson": lambda project, asked: forest.alignment_lines(statistics.aligned(project, asked, ONE_BY_ONE)),
    "described": lambda project, asked: linking.described_lines(statistics.described(project, asked)),
    "predictions": lambda project, asked: linking.prediction_lines(statistics.predictions(project, asked)),
    "gaps": lambda project, asked: personas.gap_lines(statistics.gaps(project, asked)),
    "regressions": lambda project, asked: personas.regression_lines(statistics.regressed(project, asked)),
    "effects": lambda project, asked: forest.effects_lines(statistics.moved(project, asked)),
}
"""Every number of a table, plain, its head first."""


def _effects(project: Project, asked: Asked) -> tuple[str, dict[str, object]]:
    moved = statistics.moved(project, asked)
    shown = [each for each in moved if each.target and each.persona]
    return "effects", {"forest": forest.effects_forest(shown, linking.doing_of(moved))}


def _heat(links: Sequence[Link]) -> tuple[str, dict[str, object]]:
    return "heat", {"heat": heat.heat_of(links)}


def _level(project: Project, asked: Asked, level: str) -> tuple[str, dict[str, object]]:
    return _heat([each for each in statistics.split_links(project, asked) if each.level == level])


def _alignment(project: Project, asked: Asked, way: str) -> tuple[str, dict[str, object]]:
    return "alignment", {"forest": forest.alignment_forest(statistics.aligned(project, asked, way))}


FIGURES: dict[str, Callable[[Project, Asked], tuple[str, dict[str, object]]]] = {
    "link": lambda project, asked: _heat(statistics.links(project, asked)),
    "within": lambda project, asked: _level(project, asked, "within"),
    "between": lambda project, asked: _level(project, asked, "between"),
    "alignment-joint": lambda project, asked: _alignment(project, asked, JOINT),
    "alignment-pearson": lambda project, asked: _alignment(project, asked, ONE_BY_ONE),
    "effects": _effects,
}
"""Template of a picture in templates/psychology/figures/ and what it takes."""
