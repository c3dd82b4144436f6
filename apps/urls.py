"""Every address of the application."""

from django.urls import include, path

from apps.core.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("apps.accounts.urls")),
    path("", include("apps.api.urls")),
    path("", include("apps.reports.urls")),
    path("", include("apps.annotation.urls")),
    path("", include("apps.psychology.urls")),
    path("", include("apps.runs.urls")),
    path("", include("apps.traces.urls")),
]
