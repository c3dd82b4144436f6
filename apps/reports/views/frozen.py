"""Frozen reports: made, read, downloaded, and shared by links; what a stranger with a link sees."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.core import blobs
from apps.core.jobs import database_now
from apps.core.models import JobState
from apps.reports.models import FrozenReport
from apps.reports.queries.reports import drifts_of, find_frozen
from apps.reports.services import sharing
from apps.reports.services.freezing import content_of, request_freeze
from apps.reports.views.reports import report_or_404
from apps.traces.views.refusals import refusing

FILES = {
    "html": ("html", "text/html; charset=utf-8"),
    "pdf": ("pdf", "application/pdf"),
    "package": ("zip", "application/zip"),
}
"""Name of a frozen report's file -> ending and type. None is ever shown by this site: the HTML holds a script."""
GONE = 410


@require_POST
@project_page(Act.REPORT)
@refusing
def freeze(request: ProjectRequest, pk: int) -> HttpResponse:
    frozen = request_freeze(report=report_or_404(request, pk), user=request.user)
    return redirect("reports:frozen", request.project.slug, pk, frozen.number)


@require_safe
@project_page(Act.VIEW)
def frozen(request: ProjectRequest, pk: int, number: int) -> HttpResponse:
    """A report as it was, its files and links; while it is made, how far it is."""
    found = frozen_or_404(request, pk, number)
    response = _page(request, found)
    if request.headers.get("HX-Request") and not found.is_open:
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
@project_page(Act.VIEW)
def download(request: ProjectRequest, pk: int, number: int, name: str) -> HttpResponseBase:
    return attached(frozen_or_404(request, pk, number), name)


@require_POST
@project_page(Act.REPORT)
@refusing
def share(request: ProjectRequest, pk: int, number: int) -> HttpResponse:
    """A link for whoever holds it; it stands on the page that answers, and nowhere else."""
    found = frozen_or_404(request, pk, number)
    days = request.POST.get("days", "")
    is_number = days.isascii() and days.isdigit() and len(days) < 6
    _, secret = sharing.share(frozen=found, user=request.user, days=int(days) if is_number else sharing.USUAL_DAYS)
    return _page(request, found, request.build_absolute_uri(reverse("reports:shared", args=[secret])))


@require_POST
@project_page(Act.REPORT)
def withdraw(request: ProjectRequest, pk: int, number: int, link: int) -> HttpResponse:
    found = frozen_or_404(request, pk, number)
    if sharing.withdraw(project=request.project, pk=link):
        messages.success(request, "The link is withdrawn: it opens nothing any more.")
    return redirect("reports:frozen", request.project.slug, pk, found.number)


@require_safe
@never_cache
@login_not_required
def shared(request: HttpRequest, secret: str) -> HttpResponseBase:
    """A frozen report for who holds its link; no name of the project's people, no way into the project."""
    opened = sharing.opened(secret)
    if opened.frozen is None:
        status = 404 if opened.standing is sharing.Standing.UNKNOWN else GONE
        return _unlisted(render(request, "reports/closed.html", {"standing": opened.standing}, status=status))
    context = {"frozen": opened.frozen, "content": content_of(opened.frozen), "secret": secret}
    return _unlisted(render(request, "reports/shared.html", context))


@require_safe
@never_cache
@login_not_required
def shared_file(request: HttpRequest, secret: str, name: str) -> HttpResponseBase:
    opened = sharing.opened(secret)
    if opened.frozen is None:
        raise Http404("no such link")
    return _unlisted(attached(opened.frozen, name))


def frozen_or_404(request: ProjectRequest, pk: int, number: int) -> FrozenReport:
    found = find_frozen(request.project, pk, number)
    if found is None:
        raise Http404("no such report")
    return found


def _page(request: ProjectRequest, found: FrozenReport, link: str = "") -> HttpResponse:
    content = content_of(found) if found.state == JobState.DONE and found.content else None
    now = database_now()
    context = {
        "section": "reports",
        "frozen": found,
        "content": content,
        "drifts": drifts_of(request.project, content.sources) if content else [],
        "links": [(each, each.is_open(now)) for each in found.links.select_related("created_by")],
        "link": link,
        "usual_days": sharing.USUAL_DAYS,
        "longest_days": sharing.LONGEST_DAYS,
        "until": now + timedelta(days=sharing.USUAL_DAYS),
    }
    response = render(request, "reports/frozen.html", context)
    if link:
        response.headers["Cache-Control"] = "no-store"
    return response


def attached(found: FrozenReport, name: str) -> HttpResponseBase:
    if name not in FILES or found.state != JobState.DONE:
        raise Http404("no such file")
    blob = getattr(found, name)
    if blob is None:
        raise Http404("this report has no such file")
    ending, kind = FILES[name]
    file_name = f"{slugify(found.title)[:80] or 'report'}-{found.number}.{ending}"
    return FileResponse(blobs.open_blob(blob), as_attachment=True, filename=file_name, content_type=kind)


def _unlisted(response: HttpResponseBase) -> HttpResponseBase:
    """Neither found by a search engine nor told of to the pages that it links to."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
