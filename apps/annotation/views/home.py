"""Where annotation begins: for a lead every scheme and queue of the project, for an annotator their own queues."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.presenters import home as presenting
from apps.annotation.queries.queues import n_done_by, queues_for, queues_of
from apps.annotation.queries.schemes import schemes_for, schemes_of


@require_safe
@project_page(Act.ANNOTATE)
def home(request: ProjectRequest) -> HttpResponse:
    may_lead = Act.LEAD in request.acts
    if may_lead:
        mine = frozenset(request.user.queues.values_list("pk", flat=True))
        lines = presenting.for_lead(queues_of(request.project), mine)
        schemes = schemes_of(request.project)
    else:
        done = n_done_by(request.user, request.project)
        lines = presenting.for_annotator(queues_for(request.project, request.user), request.user, done)
        schemes = schemes_for(request.project, request.user)
    context = {"lines": lines, "schemes": schemes, "may_lead": may_lead, "section": "annotation"}
    return render(request, "annotation/home.html", context)
