"""What a user gave and cannot be used is answered with the reason, as a page with status 400."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from analysis.errors import UserError

P = ParamSpec("P")


def refusing(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Answer a UserError that the view raises with its words."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except UserError as error:
            request = args[0]
            assert isinstance(request, HttpRequest)
            return render(request, "400.html", {"exception": error}, status=400)

    return answer
