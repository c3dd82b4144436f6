"""The buttons of a run's pages: start, dry run, pause, resume, cancel, retry, discard, delete."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.runs.models import Run
from apps.runs.services import drafts, running, trials
from apps.runs.views.runs import run_or_404


@require_POST
@project_page(Act.RUN)
def act(request: ProjectRequest, pk: int) -> HttpResponse:
    """A button of a run's page."""
    found = run_or_404(request, pk)
    name = request.POST.get("act", "")
    if name not in ACTS:
        raise Http404("no such act")
    try:
        said = ACTS[name](request, found)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("runs:run", request.project.slug, pk)
    if said:
        messages.success(request, said)
    if name == "discard":
        return redirect("runs:runs", request.project.slug)
    return redirect("runs:run", request.project.slug, pk)


def _start(request: ProjectRequest, run: Run) -> str:
    running.start(run=run)
    return ""


def _dry(request: ProjectRequest, run: Run) -> str:
    trials.request_dry_run(run=run, user=request.user)
    return ""


def _pause(request: ProjectRequest, run: Run) -> str:
    running.pause(run=run)
    return "Paused. Units that have a reply already are finished; the others wait."


def _resume(request: ProjectRequest, run: Run) -> str:
    running.resume(run=run)
    return "Resumed."


def _cancel(request: ProjectRequest, run: Run) -> str:
    running.cancel(run=run)
    return "Cancelled. What the run has stored stays and is analysed."


def _retry(request: ProjectRequest, run: Run) -> str:
    n = running.retry(run=run)
    return f"{n} units are tried once more." if n else "The run goes on."


def _discard(request: ProjectRequest, run: Run) -> str:
    drafts.discard(run=run)
    return "The draft is discarded."


ACTS: dict[str, Callable[[ProjectRequest, Run], str]] = {
    "start": _start,
    "dry": _dry,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "retry": _retry,
    "discard": _discard,
}


@require_POST
@project_page(Act.DELETE)
def delete(request: ProjectRequest, pk: int) -> HttpResponse:
    """Delete a run, with its output if that is ticked."""
    found = run_or_404(request, pk)
    try:
        running.delete(run=found, actor=request.user, with_output="with_output" in request.POST)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("runs:run", request.project.slug, pk)
    messages.success(request, f"Run “{found}” is deleted.")
    return redirect("runs:runs", request.project.slug)
