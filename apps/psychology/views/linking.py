"""The link and dissociation pages, with every figure and table as a file."""

from collections.abc import Callable, Iterable, Sequence

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from analysis.psychometrics import rates
from analysis.psychometrics.alignments import JOINT, ONE_BY_ONE
from analysis.psychometrics.link import CLUSTERED, CROSSED, Link
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.presenters import forest, heat, linking, personas
from apps.psychology.queries.administrations import names_of
from apps.psychology.services import linking as statistics
from apps.psychology.services.linking import Asked
from apps.traces.presenters.facts import Fact
from apps.traces.views.exports import csv_response

LEVEL = (("joint", "joint (all traits)"), ("marginal", "marginal (one trait)"))
INFERENCE = ((CLUSTERED, "clustered by model"), (CROSSED, "crossed, as published"))
BEHAVIOURS = (("main", "one of each task"), ("all", "all"))
ALL = "all"
PERSONAS = (("", "without personas"), ("yes", "with personas"))


@require_safe
@project_page(Act.VIEW)
def link(request: ProjectRequest) -> HttpResponse:
    """Trait by behaviour: coefficients, within and between models, alignment by both ways."""
    asked, project = asked_of(request), request.project
    aligned = {way: statistics.aligned(project, asked, way) for way in (JOINT, ONE_BY_ONE)}
    page = linking.link_page(
        _facts(request, asked),
        statistics.links(project, asked),
        statistics.split_links(project, asked),
        aligned,
        statistics.described(project, asked),
        statistics.predictions(project, asked),
        coverage_of(statistics.links(project, asked)),
        _hrefs(request),
    )
    return _rendered(request, page, asked, "link")


@require_safe
@project_page(Act.VIEW)
def dissociation(request: ProjectRequest) -> HttpResponse:
    """Personas on report and behaviour, then the links, at a glance."""
    asked, project = asked_of(request), request.project
    links = statistics.links(project, asked)
    page = linking.dissociation_page(
        _facts(request, asked),
        statistics.moved(project, asked),
        [
            personas.gap_table(statistics.gaps(project, asked), _hrefs(request).to("gaps.csv")),
            personas.regression_table(statistics.regressed(project, asked), _hrefs(request).to("regressions.csv")),
        ],
        links,
        statistics.aligned(project, asked, JOINT),
        coverage_of(links),
        _hrefs(request),
    )
    return _rendered(request, page, asked, "dissociation")


def coverage_of(links: Sequence[Link]) -> str:
    """How intervals and tests were measured to do with as many models as there are."""
    n_models = max((each.n_models for each in links), default=0)
    first = links[0] if links else None
    if not n_models:
        return ""
    if first is None or first.inference == CROSSED:
        return rates.measured(("crossed", "no_crossed"), n_models)
    return rates.note(n_models, (first.level, f"no_{first.level}"))


def asked_of(request: ProjectRequest) -> Asked:
    """What the address asks for; what is not known falls back to the usual."""
    given = request.GET
    return Asked(
        names_asked(request, statistics.linkable_of(request.project)),
        _one(given.get("level"), LEVEL),
        _one(given.get("inference"), INFERENCE),
        _one(given.get("behaviours"), BEHAVIOURS),
        given.get("personas") == "yes",
    )


def names_asked(request: ProjectRequest, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The administration that the address names, all for "all", else the usual."""
    of = request.GET.get("of")
    if of == ALL:
        return ()
    return (of,) if of in names_of(request.project) else usual


def _one(value: str | None, choices: tuple[tuple[str, str], ...]) -> str:
    return value if value in dict(choices) else choices[0][0]


def _facts(request: ProjectRequest, asked: Asked) -> list[Fact]:
    return linking.facts_of(*statistics.counts(request.project, asked))


def _hrefs(request: ProjectRequest) -> linking.Hrefs:
    return linking.Hrefs(reverse("psychology:link", args=[request.project.slug]), request.GET.urlencode())


def _rendered(request: ProjectRequest, page: linking.Page, asked: Asked, tab: str) -> HttpResponse:
    fields = [
        ("level", "Coefficients", LEVEL, asked.level),
        ("inference", "Inference", INFERENCE, asked.inference),
        ("behaviours", "Behaviours", BEHAVIOURS, asked.behaviours),
        ("personas", "Runs", PERSONAS, "yes" if asked.with_personas else ""),
    ]
    context = {
        "page": page,
        "names": names_of(request.project),
        "of": asked.names[0] if asked.names else ALL,
        "fields": fields,
        "tab": tab,
        "section": "psychology",
    }
    return render(request, "psychology/link.html", context)


@require_safe
@project_page(Act.VIEW)
def table_csv(request: ProjectRequest, name: str) -> HttpResponseBase:
    """One table of the pages, every number plain."""
    asked = asked_of(request)
    if name not in TABLES:
        raise Http404("no such table")
    return csv_response(TABLES[name](request, asked), name)


TABLES: dict[str, Callable[[ProjectRequest, Asked], Iterable[tuple[object, ...]]]] = {
    "link": lambda request, asked: heat.link_lines(statistics.links(request.project, asked)),
    "within-between": lambda request, asked: heat.link_lines(statistics.split_links(request.project, asked)),
    "alignment-joint": lambda request, asked: forest.alignment_lines(statistics.aligned(request.project, asked, JOINT)),
    "alignment-pearson": lambda request, asked: forest.alignment_lines(
        statistics.aligned(request.project, asked, ONE_BY_ONE)
    ),
    "described": lambda request, asked: linking.described_lines(statistics.described(request.project, asked)),
    "predictions": lambda request, asked: linking.prediction_lines(statistics.predictions(request.project, asked)),
    "gaps": lambda request, asked: personas.gap_lines(statistics.gaps(request.project, asked)),
    "regressions": lambda request, asked: personas.regression_lines(statistics.regressed(request.project, asked)),
    "effects": lambda request, asked: forest.effects_lines(statistics.moved(request.project, asked)),
}


@require_safe
@project_page(Act.VIEW)
def figure_svg(request: ProjectRequest, name: str) -> HttpResponse:
    """One figure as a file that stands alone."""
    asked = asked_of(request)
    if name not in FIGURES:
        raise Http404("no such figure")
    template, context = FIGURES[name](request, asked)
    drawn = render_to_string(f"psychology/figures/{template}.html", {**context, "alone": True})
    response = HttpResponse(drawn.strip(), content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.svg"'
    return response


def _effects(request: ProjectRequest, asked: Asked) -> tuple[str, dict[str, object]]:
    moved = statistics.moved(request.project, asked)
    shown = [each for each in moved if each.target and each.persona]
    return "effects", {"forest": forest.effects_forest(shown, linking.doing_of(moved))}


def _level(request: ProjectRequest, asked: Asked, level: str) -> list[Link]:
    return [each for each in statistics.split_links(request.project, asked) if each.level == level]


FIGURES: dict[str, Callable[[ProjectRequest, Asked], tuple[str, dict[str, object]]]] = {
    "link": lambda request, asked: ("heat", {"heat": heat.heat_of(statistics.links(request.project, asked))}),
    "within": lambda request, asked: ("heat", {"heat": heat.heat_of(_level(request, asked, "within"))}),
    "between": lambda request, asked: ("heat", {"heat": heat.heat_of(_level(request, asked, "between"))}),
    "alignment-joint": lambda request, asked: (
        "alignment",
        {"forest": forest.alignment_forest(statistics.aligned(request.project, asked, JOINT))},
    ),
    "alignment-pearson": lambda request, asked: (
        "alignment",
        {"forest": forest.alignment_forest(statistics.aligned(request.project, asked, ONE_BY_ONE))},
    ),
    "effects": _effects,
}
