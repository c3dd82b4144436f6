"""How many problems a planned comparison needs: a calculator, without any data."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.traces.forms import PlanForm
from apps.traces.presenters.planning import plan_of, planned


@require_safe
@project_page(Act.VIEW)
def planning(request: ProjectRequest) -> HttpResponseBase:
    """The form as it was filled in, and what follows from it; at first from the numbers that stand in it."""
    usual = {name: field.initial for name, field in PlanForm.base_fields.items()}
    form = PlanForm({**usual, **{name: request.GET[name] for name in usual if name in request.GET}})
    page = None
    if form.is_valid():
        try:
            page = planned(plan_of(form.cleaned_data), form.cleaned_data["n_problems"])
        except ValueError as error:
            form.add_error(None, str(error))
    return render(request, "traces/planning.html", {"section": "collections", "form": form, "page": page})
