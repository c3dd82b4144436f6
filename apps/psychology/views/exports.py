"""Every answer and every score of the lab as files."""

from collections.abc import Iterator

import polars as pl
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.presenters.asking import names_asked
from apps.psychology.queries.sheet import answers_of, figures_of
from apps.traces.views.exports import csv_response


@require_safe
@project_page(Act.VIEW)
def items_csv(request: ProjectRequest) -> HttpResponseBase:
    """A row for each item that was put: how, what was read of the reply, and the rollout that holds it."""
    return csv_response(
        lines_of(answers_of(request.project, names_asked(request.project, request.GET.get("of")))), "items"
    )


@require_safe
@project_page(Act.VIEW)
def figures_csv(request: ProjectRequest) -> HttpResponseBase:
    """A row for each trait score and behaviour of each sitting."""
    return csv_response(
        lines_of(figures_of(request.project, names_asked(request.project, request.GET.get("of")))), "scores"
    )


def lines_of(table: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    """The head, then the rows."""
    yield tuple(table.columns)
    yield from table.iter_rows()
