"""The page that takes the files of a published study."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from analysis.errors import UserError
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.forms.published import files_of
from apps.psychology.published.table import STUDIES
from apps.psychology.queries.published import published_imports
from apps.psychology.services.published import KNOWN, Brought, import_published
from apps.traces.forms import named_files

MOST_SHOWN = 40


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.UPLOAD)
def published(request: ProjectRequest) -> HttpResponse:
    """The form, and what was imported so far; what cannot be taken is said beside the form."""
    refused = _refused(request) if request.method == "POST" else ""
    if request.method == "POST" and not refused:
        return redirect("psychology:published", request.project.slug)
    readings = list(published_imports(request.project)[:MOST_SHOWN])
    context = {
        "studies": STUDIES.choices(),
        "chosen": request.POST.get("format", ""),
        "refused": refused,
        "readings": readings,
        "is_working": any(reading.is_open for reading in readings),
        "section": "psychology",
    }
    return render(request, "psychology/published.html", context, status=422 if refused else 200)


def _refused(request: ProjectRequest) -> str:
    """Why the files were not taken; "" where they were."""
    given = named_files(request.POST, request.FILES)
    if not given:
        return "No file was chosen."
    try:
        brought = import_published(
            project=request.project,
            user=request.user,
            study=request.POST.get("format", ""),
            files=files_of(given),
            name=request.POST.get("name", ""),
            wait=False,
        )
    except UserError as error:
        return str(error)
    messages.success(request, _told(brought))
    return ""


def _told(brought: list[Brought]) -> str:
    """What the files were taken as."""
    known = [each.title for each in brought if each.said == KNOWN]
    new = [f"{each.title} ({each.n_sittings} sittings)" for each in brought if each.said != KNOWN]
    parts = [f"Taken: {', '.join(new)}." if new else "", f"There already: {', '.join(known)}." if known else ""]
    return " ".join(part for part in parts if part)
