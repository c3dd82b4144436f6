"""Pages of engines, for administrators: the list with who serves them, one to edit, and a box to try it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.catalogue import ENGINES
from analysis.errors import UserError
from apps.accounts.models import User
from apps.runs.forms import EngineForm, TryForm, fields_of, models_text, written
from apps.runs.models import MODELS_QUEUE, Engine
from apps.runs.queries.runs import engines_page, last_trial
from apps.runs.queries.workers import live_workers, service_of
from apps.runs.services import trials
from apps.runs.services.engines import parameters_of, save_engine
from apps.runs.services.plans import models_of

TRY = {"max_tokens": 256, "temperature": 0, "seed": 0, "prompt": "What is 17 + 25?"}


def administrators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Engines are of the whole site: only its administrators see and change them."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied("engines are for the administrators of this site")
        return view(request, *args, **kwargs)

    return gate


@require_safe
@administrators_only
def engines(request: HttpRequest) -> HttpResponse:
    """All engines, their models, and the workers that can drive them now."""
    workers = live_workers()
    rows = [(engine, models_of(engine), service_of(engine.queue, [engine.kind], workers)) for engine in engines_page()]
    context = {"rows": rows, "workers": workers, "kinds": ENGINES.choices(), "section": "engines"}
    return render(request, "runs/engines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def new_engine(request: HttpRequest) -> HttpResponse:
    """A new engine of a kind."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in ENGINES:
        return redirect("runs:engines")
    return _edit(request, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def engine(request: HttpRequest, pk: int) -> HttpResponse:
    """An engine's settings, who serves it, and the box to try it."""
    found = get_object_or_404(Engine, pk=pk)
    return _edit(request, found.kind, found)


def _edit(request: HttpRequest, kind: str, engine: Engine | None) -> HttpResponse:
    if request.method != "POST":
        return render(request, "runs/engine.html", _context(kind, engine))
    form = EngineForm(request.POST, kind)
    try:
        saved, remarks = save_engine(wanted=form.wanted(), engine=engine)
    except UserError as error:
        return render(request, "runs/engine.html", _context(kind, engine, form, str(error)), status=422)
    messages.success(request, " ".join(["Saved.", *remarks]))
    return redirect("runs:engine", saved.pk)


def _context(kind: str, engine: Engine | None, form: EngineForm | None = None, refused: str = "") -> dict[str, Any]:
    known = kind in ENGINES
    parameters = parameters_of(kind) if known else ()
    stored = {name: written(value) for name, value in (engine.settings if engine else {}).items() if name != "models"}
    fields = fields_of(parameters, form.settings if form and known else stored, refused)
    return {
        "engine": engine,
        "kind": kind,
        "kind_label": ENGINES.label(kind) if known else kind,
        "fields": fields,
        "refused": "" if any(each.error for each in fields) else refused,
        "name": form.name if form else engine.name if engine else "",
        "queue": form.queue if form else engine.queue if engine else MODELS_QUEUE,
        "models": form.models if form else models_text(engine) if engine else "",
        "is_enabled": form.is_enabled if form else engine.is_enabled if engine else True,
        "takes_any_name": kind == "scripted",
        "section": "engines",
        **(_trying(engine) if engine and known else {}),
    }


def _trying(engine: Engine) -> dict[str, Any]:
    trial = last_trial(engine=engine)
    return {
        "service": service_of(engine.queue, [engine.kind]),
        "model_names": models_of(engine),
        "trial": trial,
        "trying": TryForm(initial=TRY | (trial.asked if trial else {})),
    }


@require_POST
@administrators_only
def try_engine(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker ask the engine one thing; the answer comes on the engine's page."""
    found = get_object_or_404(Engine, pk=pk)
    form = TryForm(request.POST)
    if not form.is_valid():
        for words in (error for errors in form.errors.values() for error in errors):
            messages.error(request, str(words))
        return redirect("runs:engine", pk)
    assert isinstance(request.user, User)
    try:
        trials.request_reply(engine=found, user=request.user, asked=form.cleaned_data)
    except UserError as error:
        messages.error(request, str(error))
    return redirect("runs:engine", pk)
