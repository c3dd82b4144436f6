"""The trace reader, and a person's grade against ours."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act, may
from apps.traces.presenters.reader import KEYS, View, reader_page
from apps.traces.queries.asking import Asking, BadSearchError
from apps.traces.queries.reader import rollouts_in, turns_of
from apps.traces.services import corrections


@require_safe
@project_page(Act.VIEW)
def rollout(request: ProjectRequest, pk: int) -> HttpResponse:
    """One rollout, to be read."""
    found = get_object_or_404(rollouts_in(request.project), pk=pk)
    context = {
        "page": reader_page(found, _view_of(request.GET)),
        "may_correct": may(request.membership.role, Act.CORRECT),
        "keys_rows": KEYS,
        "section": "rollouts",
    }
    return render(request, "traces/reader.html", context)


@require_POST
@project_page(Act.CORRECT)
def overrule(request: ProjectRequest, pk: int) -> HttpResponse:
    """A person's grade for the last attempt, or an earlier one taken back."""
    found = get_object_or_404(rollouts_in(request.project), pk=pk)
    attempts = [turn.index for turn in turns_of(found) if turn.is_attempt]
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("reason", "").strip()[:1000]
    try:
        corrections.overrule(
            rollout=found,
            turn_index=attempts[-1] if attempts else 0,
            outcome=outcome,
            actor=request.user,
            reason=reason,
        )
        done = "Overruled" if outcome else "The overrule is taken back"
        messages.success(request, f"{done}. The collection is analysed anew; its figures follow.")
    except UserError as error:
        messages.error(request, str(error))
    return redirect("traces:rollout", request.project.slug, pk)


def _view_of(chosen: QueryDict) -> View:
    return View(
        raw=chosen.get("raw") == "1",
        all_maths=chosen.get("maths") == "all",
        line=_number(chosen.get("line")),
        turn=_number(chosen.get("turn")),
        asking=_asking(chosen.get("q", "")),
        extractor=chosen.get("extractor", "")[:80],
    )


def _asking(text: str) -> Asking | None:
    """The query of the search that led here; one that cannot be read is none, the trace is there all the same."""
    try:
        return Asking.parse(text) if text.strip() else None
    except BadSearchError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
