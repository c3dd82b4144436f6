"""What the judges of a run are worth: a page and its CSV."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.runs.presenters.judges import COLUMNS, finding_of, page_of, rows_of
from apps.runs.views.runs import run_or_404
from apps.traces.views.exports import csv_response


@require_safe
@project_page(Act.VIEW)
def judges(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """Agreement with grades and people, scores against outcomes, position bias; `?format=csv` the same as a table."""
    run = run_or_404(request, pk)
    page = page_of(run)
    if request.GET.get("format") == "csv":
        return csv_response([COLUMNS, *rows_of(page.found)], f"run-{run.pk}-judges")
    context = {
        "run": run,
        "found": page.found,
        "finding": finding_of(page.found),
        "amiss": page.judgements,
        "n_amiss": page.n_amiss,
        "section": "runs",
    }
    return render(request, "runs/judges.html", context)
