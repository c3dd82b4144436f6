"""A lead settles disagreements: the list of rollouts, and one of them side by side."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from analysis.errors import UserError
from analysis.labelling.matters import Matter
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.annotation.models import Scheme
from apps.annotation.presenters.adjudication import KEYS, list_finding, list_of, page_of, shown_of, take_of
from apps.annotation.queries.adjudication import Docket, Key, key_of
from apps.annotation.services import adjudication
from apps.annotation.services.agreement import report_of
from apps.annotation.views.agreement import scheme_or_404
from apps.traces.models import Rollout
from apps.traces.queries.reader import rollouts_in

MOST_LISTED = 500


@require_safe
@project_page(Act.LEAD)
def adjudicate(request: ProjectRequest, pk: int) -> HttpResponse:
    """Rollouts that two people or more are done with."""
    scheme = scheme_or_404(request, pk)
    listed = list_of(report_of(scheme))
    context = {
        "scheme": scheme,
        "listed": listed[:MOST_LISTED],
        "n_listed": len(listed),
        "finding": list_finding(listed),
        "section": "annotation",
    }
    return render(request, "annotation/adjudicate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.LEAD)
def adjudicate_rollout(request: ProjectRequest, pk: int, rollout: int) -> HttpResponse:
    """One rollout; a POST rules on a place, takes a ruling back, or finishes."""
    scheme = scheme_or_404(request, pk)
    found = get_object_or_404(rollouts_in(request.project), pk=rollout)
    if request.method == "POST":
        return _acted(request, scheme, found)
    docket = adjudication.docket(scheme, found)
    context = {"scheme": scheme, "rollout": found, "page": page_of(scheme, found, docket), "keys_rows": KEYS}
    return render(request, "annotation/adjudicate_rollout.html", context | {"section": "annotation"})


def _acted(request: ProjectRequest, scheme: Scheme, rollout: Rollout) -> HttpResponse:
    if "finish" in request.POST:
        return _finished(request, scheme, rollout)
    docket = adjudication.docket(scheme, rollout)
    matter = _matter(docket, request.POST)
    try:
        _rule(request, scheme, rollout, docket, matter)
    except UserError as error:
        messages.error(request, str(error))
    if not request.headers.get("HX-Request"):
        return redirect(f"{request.path}#{shown_of(scheme, rollout, docket, matter).anchor}")
    now = adjudication.docket(scheme, rollout)
    context = {"scheme": scheme, "rollout": rollout, "each": shown_of(scheme, rollout, now, matter)}
    context["n_left"] = page_of(scheme, rollout, now).n_left
    return render(request, "annotation/parts/matter.html", context)


def _rule(request: ProjectRequest, scheme: Scheme, rollout: Rollout, docket: Docket, matter: Matter) -> None:
    take, place = request.POST.get("take", ""), key_of(matter)
    if take == "undo":
        adjudication.undo(scheme=scheme, rollout=rollout, place=place, actor=request.user)
        return
    given = take_of(scheme.plain, docket, matter, take, request.POST.get("value", "")[:2000])
    reason = request.POST.get("reason", "").strip()
    adjudication.rule(scheme=scheme, rollout=rollout, place=place, given=given, actor=request.user, reason=reason)


def _finished(request: ProjectRequest, scheme: Scheme, rollout: Rollout) -> HttpResponse:
    """On to the next rollout with disagreements, else back to the list."""
    try:
        done = adjudication.finish(scheme=scheme, rollout=rollout, actor=request.user)
    except UserError as error:
        messages.error(request, str(error))
        return redirect(request.path)
    messages.success(request, f"{rollout.external_id}: {done.n_labels} gold labels, {done.n_changed} of them changed.")
    left = [each for each in list_of(report_of(scheme)) if not each.is_finished]
    return redirect(left[0].href) if left else redirect("annotation:adjudicate", request.project.slug, scheme.pk)


def _matter(docket: Docket, asked: QueryDict) -> Matter:
    place = _place(asked)
    found = next((matter for matter in docket.matters if key_of(matter) == place), None)
    if found is None:
        raise Http404("nobody labels that place any more; load the page again")
    return found


def _place(asked: QueryDict) -> Key:
    try:
        turn, start, end = (int(asked.get(name, "")) for name in ("turn", "start", "end"))
    except ValueError:
        raise Http404("no place is named") from None
    return (None, 0, 0) if turn < 0 else (turn, start, end)
