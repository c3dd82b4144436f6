"""Addresses of the API and of the pages about it."""

from django.urls import include, path, re_path

from apps.api import views
from apps.api.door import unknown
from apps.api.mount import ROOT, addresses

app_name = "api"
pages = [
    path("account/tokens/", views.tokens, name="tokens"),
    path("account/tokens/withdraw/", views.withdraw, name="withdraw_token"),
    path("api/", views.reference, name="reference"),
    path(f"{ROOT}openapi.json", views.openapi, name="openapi"),
]
urlpatterns = [
    *pages,
    path(ROOT, include((addresses(), "v1"))),
    re_path(rf"^{ROOT}(?P<rest>.*)$", unknown, name="unknown"),
]
