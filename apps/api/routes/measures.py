"""Measures: what there is, and the numbers of the pages."""

from collections.abc import Mapping, Sequence

from django.http import Http404
from ninja import Query, Router

from analysis.errors import UserError
from analysis.measures import MEASURES
from analysis.measures.base import GROUPS, GroupingError
from apps.accounts.permissions import Act
from apps.api.errors import Refused
from apps.api.gate import ApiRequest, allows, any_token
from apps.api.paging import Page, Paging, page_of_known
from apps.api.routes.collections import reach as reach_collection
from apps.api.schemas.measures import AnalysedOut, ComputedOut, ComputeIn, MeasureOut, RowOut
from apps.traces.models import Analysis
from apps.traces.queries.standing import Standing, standing_of
from apps.traces.services import measuring

router = Router(tags=["measures"])


class BadSetting(UserError):
    """A setting that is not written `name=value`."""


@router.get("/measures", auth=any_token, response=Page[MeasureOut])
def list_measures(request: ApiRequest, paging: Query[Paging]) -> Page[MeasureOut]:
    """Every measure with its settings, how to read it and where it is from."""
    return page_of_known(request, [MeasureOut.of(name, MEASURES[name]) for name in MEASURES], paging)


@router.get("/projects/{project}/measures/{name}", auth=allows(Act.VIEW), response=ComputedOut)
def compute_measure(request: ApiRequest, project: str, name: str, asked: Query[ComputeIn]) -> ComputedOut:
    """Rows of one measure over all rollouts of the collections that the filter chooses, or by columns."""
    if name not in MEASURES:
        raise Http404(f"no measure {name!r}; /measures lists them")
    filters, settings = asked.parsed(), settings_in(asked.setting)
    standings = [
        standing_of(reach_collection(request, pk), filters.extractor) for pk in dict.fromkeys(asked.collection)
    ]
    analyses = [analysis_of(each) for each in standings]
    if unknown := [column for column in asked.by if column not in GROUPS]:
        raise GroupingError(f"rows cannot be grouped by {unknown[0]!r}; known: {', '.join(GROUPS)}")
    rows = measuring.measure(analyses, name, tuple(dict.fromkeys(asked.by)), settings, filters)
    return ComputedOut(
        measure=name,
        citation=MEASURES[name].citation,
        by=list(dict.fromkeys(asked.by)),
        settings=dict(settings),
        filters=dict(filters.given),
        analyses=[AnalysedOut.of(row, each.is_current) for row, each in zip(analyses, standings, strict=True)],
        rows=[RowOut.of(row) for row in rows],
    )


def analysis_of(standing: Standing) -> Analysis:
    """The analysis that a collection's numbers rest on; Refused (409) where there is none."""
    if standing.shown is None:
        words = f"collection {standing.collection.pk} has no finished analysis yet by this candidate set"
        raise Refused(409, words, code="not_analysed")
    return standing.shown


def settings_in(written: Sequence[str]) -> Mapping[str, str]:
    """Settings written `name=value`; which there are the measure says.

    >>> settings_in(["no_candidate=leave out"])
    {'no_candidate': 'leave out'}
    """
    pairs = [each.partition("=") for each in written]
    if bad := [name for name, sign, _ in pairs if not sign]:
        raise BadSetting(f"setting {bad[0][:80]!r}: write name=value")
    return {name.strip(): value.strip() for name, _, value in pairs}
