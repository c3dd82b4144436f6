"""What the judges of a run are worth: a page and its CSV."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.runs.presenters.judges import COLUMNS, finding_of, rows_of, sections
from apps.runs.queries import judges as queries
from apps.runs.views.runs import run_or_404
from apps.traces.views.exports import csv_response

MOST_AMISS = 12


@require_safe
@project_page(Act.VIEW)
def judges(request: ProjectRequest, pk: int) -> HttpResponseBase:
    """Agreement with grades and people, scores against outcomes, position bias; `?format=csv` the same as a table."""
    run = run_or_404(request, pk)
    verdicts = queries.said(run, queries.VERDICT)
    found = sections(verdicts, queries.said(run, queries.SCORE), queries.preferred(run))
    if request.GET.get("format") == "csv":
        return csv_response([COLUMNS, *rows_of(found)], f"run-{run.pk}-judges")
    amiss = [each.judgement_id for each in verdicts if each.is_contradicted]
    context = {
        "run": run,
        "found": found,
        "finding": finding_of(found),
        "amiss": queries.judgements_of(amiss[:MOST_AMISS]),
        "n_amiss": len(amiss),
        "section": "runs",
    }
    return render(request, "runs/judges.html", context)
