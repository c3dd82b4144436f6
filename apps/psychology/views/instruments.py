"""Pages of instruments: the list, one of them, a shipped one to be taken, the editor, files in and out."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from analysis.psychometrics.instrument_checks import BadInstrument
from analysis.psychometrics.instrument_files import parsed
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.accounts.access import ProjectRequest, project_page
from apps.accounts.permissions import Act
from apps.psychology.forms.instruments import MOST_ROWS, SCORINGS, InstrumentForm
from apps.psychology.forms.packs import bytes_of, confirmed_in
from apps.psychology.models import Instrument
from apps.psychology.presenters import instruments as presenting
from apps.psychology.queries.instruments import instruments_of, is_given, versions_of
from apps.psychology.services import instruments
from apps.psychology.services.instruments import Confirmed


@require_safe
@project_page(Act.VIEW)
def listed(request: ProjectRequest) -> HttpResponse:
    """Those of the project, and the shipped ones with or without texts."""
    context = {
        "lines": [presenting.line_of(row) for row in instruments_of(request.project)],
        "shipped": [(name, label, INSTRUMENTS[name]) for name, label in INSTRUMENTS.choices()],
        "may_write": Act.RUN in request.acts,
        "section": "psychology",
    }
    return render(request, "psychology/instruments.html", context)


@require_safe
@project_page(Act.VIEW)
def instrument(request: ProjectRequest, pk: int) -> HttpResponse:
    """Key, balance, licence and norms of one version; a definition that cannot be read says why."""
    row = _row_or_404(request, pk)
    try:
        shown, hindrance, wrong = presenting.shown(row.plain, row.made_from), row.hindrance, ""
    except BadInstrument as error:
        shown, hindrance, wrong = None, "", str(error)
    context = {
        "instrument": row,
        "shown": shown,
        "hindrance": hindrance,
        "wrong": wrong,
        "versions": versions_of(row),
        "may_write": Act.RUN in request.acts,
        "may_edit": shown is not None and len(shown.lines) <= MOST_ROWS,
        "section": "psychology",
    }
    return render(request, "psychology/instrument.html", context)


@require_safe
@project_page(Act.VIEW)
def instrument_json(request: ProjectRequest, pk: int) -> HttpResponse:
    """The file, which can be read in again elsewhere."""
    row = _row_or_404(request, pk)
    text = json.dumps(row.definition, ensure_ascii=False, indent=1) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{row.name}-{row.pk}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def take(request: ProjectRequest, name: str) -> HttpResponse:
    """A shipped instrument with its licence and key; taken with a pack where it has no texts of its own."""
    if name not in INSTRUMENTS:
        raise Http404("no such instrument")
    refused = ""
    if request.method == "POST":
        try:
            made = instruments.take_shipped(
                project=request.project,
                user=request.user,
                shipped=name,
                pack=bytes_of(request),
                confirmed=confirmed_in(request),
            )
            return redirect("psychology:instrument", request.project.slug, made.pk)
        except UserError as error:
            refused = str(error)
    context = {"name": name, "shown": presenting.shown(INSTRUMENTS[name]), "refused": refused, **_sent(request)}
    return render(request, "psychology/take_instrument.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def read_file(request: ProjectRequest) -> HttpResponse:
    """An instrument from its file, or pasted."""
    refused = ""
    if request.method == "POST":
        try:
            made = instruments.add_instrument(
                project=request.project,
                user=request.user,
                plain=parsed(bytes_of(request)),
                confirmed=confirmed_in(request),
            )
            return redirect("psychology:instrument", request.project.slug, made.pk)
        except UserError as error:
            refused = str(error)
    context = {"refused": refused, **_sent(request)}
    return render(request, "psychology/read_instrument.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def new(request: ProjectRequest) -> HttpResponse:
    """One of one's own, from empty rows. Who writes the words says their licence, which is the confirmation."""
    form = InstrumentForm(data=request.POST if request.method == "POST" else None)
    if form.is_good and form.found is not None:
        try:
            made = instruments.add_instrument(
                project=request.project, user=request.user, plain=form.found, confirmed=Confirmed(licence=True)
            )
            return redirect("psychology:instrument", request.project.slug, made.pk)
        except UserError as refused:
            form.attach(refused)
    return _editor(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@project_page(Act.RUN)
def edit(request: ProjectRequest, pk: int) -> HttpResponse:
    """Items, key and words of one version, to be changed; one that was given becomes the next version."""
    row = _row_or_404(request, pk)
    try:
        plain = row.plain
    except BadInstrument as error:
        messages.error(request, f"It cannot be changed: {error}")
        return redirect("psychology:instrument", request.project.slug, pk)
    if len(plain.items) > MOST_ROWS:
        messages.error(request, f"More than {MOST_ROWS} items are changed in the file: download it, and read it in.")
        return redirect("psychology:instrument", request.project.slug, pk)
    form = InstrumentForm(plain, instruments.fingerprint(row), request.POST if request.method == "POST" else None)
    if form.is_good and form.found is not None:
        try:
            now = instruments.change_instrument(instrument=row, user=request.user, plain=form.found, was=form.was)
            words = f"Version {now.version} is made." if now.pk != row.pk else "The instrument is saved."
            messages.success(request, words)
            return redirect("psychology:instrument", request.project.slug, now.pk)
        except UserError as refused:
            form.attach(refused)
    return _editor(request, form, row)


@require_POST
@project_page(Act.RUN)
def archive(request: ProjectRequest, pk: int) -> HttpResponse:
    """Out of sight, or back."""
    row = _row_or_404(request, pk)
    is_archived = request.POST.get("act") != "bring back"
    instruments.archive_instrument(instrument=row, user=request.user, is_archived=is_archived)
    messages.success(request, f"“{row.title}” is {'archived' if is_archived else 'back'}.")
    return redirect("psychology:instrument", request.project.slug, pk)


def _editor(request: ProjectRequest, form: InstrumentForm, row: Instrument | None) -> HttpResponse:
    context = {
        "form": form,
        "instrument": row,
        "is_given": row is not None and is_given(row),
        "scorings": SCORINGS,
        "section": "psychology",
    }
    status = 200 if request.method != "POST" else 422
    return render(request, "psychology/edit_instrument.html", context, status=status)


def _row_or_404(request: ProjectRequest, pk: int) -> Instrument:
    return get_object_or_404(instruments_of(request.project), pk=pk)


def _sent(request: ProjectRequest) -> dict[str, object]:
    """What a refused form holds again."""
    return {"sent": request.POST, "confirmed": confirmed_in(request), "section": "psychology"}
