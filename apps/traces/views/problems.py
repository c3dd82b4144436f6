"""A problem with its golds, and the correction of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.traces.presenters.problem import problem_page
from apps.traces.queries.reader import problems_in
from apps.traces.services import corrections


@require_safe
@project_page(Act.VIEW)
def problem(request: ProjectRequest, pk: int) -> HttpResponse:
    """What was asked, what counts as right, and who was asked."""
    found = get_object_or_404(problems_in(request.project), pk=pk)
    context = {
        "page": problem_page(found),
        "may_correct": may(request.membership.role, Act.CORRECT),
        "section": "rollouts",
    }
    return render(request, "traces/problem.html", context)


@require_POST
@project_page(Act.CORRECT)
def correct_gold(request: ProjectRequest, pk: int) -> HttpResponse:
    """The golds as typed, one a line; no line takes all of them away."""
    found = get_object_or_404(problems_in(request.project), pk=pk)
    golds, reason = request.POST.get("golds", "").splitlines(), request.POST.get("reason", "").strip()[:1000]
    before = found.golds
    try:
        corrections.correct_gold(problem=found, golds=golds, actor=request.user, reason=reason)
        if found.golds == before:
            messages.info(request, "The golds are as they were.")
        else:
            messages.success(request, "Corrected. Every collection with this problem is analysed anew; figures follow.")
    except UserError as error:
        messages.error(request, str(error))
    return redirect("traces:problem", request.project.slug, pk)
