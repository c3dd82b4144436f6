"""Addresses of runs and engines."""

from django.urls import path

from apps.runs.views import acts, engines, judges, making, runs

app_name = "runs"
urlpatterns = [
    path("engines/", engines.engines, name="engines"),
    path("engines/new/", engines.new_engine, name="new_engine"),
    path("engines/<int:pk>/", engines.engine, name="engine"),
    path("engines/<int:pk>/try/", engines.try_engine, name="try_engine"),
    path("p/<slug:project>/runs/", runs.runs, name="runs"),
    path("p/<slug:project>/runs/new/", making.new, name="new"),
    path("p/<slug:project>/runs/<int:pk>/", runs.run, name="run"),
    path("p/<slug:project>/runs/<int:pk>/progress/", runs.progress, name="progress"),
    path("p/<slug:project>/runs/<int:pk>/units/", runs.units, name="units"),
    path("p/<slug:project>/runs/<int:pk>/judges/", judges.judges, name="judges"),
    path("p/<slug:project>/runs/<int:pk>/provenance.json", runs.provenance, name="provenance"),
    path("p/<slug:project>/runs/<int:pk>/act/", acts.act, name="act"),
    path("p/<slug:project>/runs/<int:pk>/delete/", acts.delete, name="delete"),
]
