"""Pages about the API: a person's tokens, the reference of all operations; and the OpenAPI document."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.errors import UserError
from apps.accounts.models import User
from apps.api.forms import TokenForm
from apps.api.mount import ROOT, described
from apps.api.presenters import subjects_of
from apps.api.queries.tokens import tokens_of
from apps.api.scopes import WORDS
from apps.api.services import tokens as services
from apps.core.jobs import database_now


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of whoever looks, and a form for another; a new secret stands on the page that answers, once."""
    owner = request.user
    assert isinstance(owner, User)
    form = TokenForm(request.POST if request.method == "POST" else None, owner=owner)
    made = _made(form, owner) if form.is_bound and form.is_valid() else None
    now = database_now()
    context = {
        "form": TokenForm(owner=owner) if made else form,
        "made": made,
        "tokens": [(token, token.is_open(now)) for token in tokens_of(owner)],
        "section": "help",
        "root": request.build_absolute_uri("/api/v1/"),
    }
    response = render(request, "api/tokens.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """End a token of one's own."""
    assert isinstance(request.user, User)
    key = request.POST.get("token", "")
    services.withdraw(get_object_or_404(tokens_of(request.user), pk=int(key) if key.isdecimal() else 0))
    return redirect("api:tokens")


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation of the API, from its own document."""
    root = f"/{ROOT}".removesuffix("/")
    context = {"section": "help", "root": root, "subjects": subjects_of(described(), root), "scopes": WORDS.items()}
    return render(request, "api/reference.html", context)


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document: what the API is, nothing of what it holds."""
    return JsonResponse(described())


def _made(form: TokenForm, owner: User) -> services.Made | None:
    try:
        return services.make_token(owner=owner, **form.cleaned_data)
    except UserError as error:
        form.add_error(None, str(error))
        return None
