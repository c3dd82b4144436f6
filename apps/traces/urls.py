"""Addresses of projects, collections, imports, rollouts and problems."""

from django.urls import path

from apps.traces.views import (
    collections,
    comparisons,
    dashboards,
    families,
    imports,
    pairs,
    planning,
    problems,
    projects,
    reader,
    rollouts,
    saved_views,
    search,
)

app_name = "traces"
urlpatterns = [
    path("", projects.projects, name="projects"),
    path("p/<slug:project>/", collections.collections, name="collections"),
    path("p/<slug:project>/delete/", projects.delete, name="delete_project"),
    path("p/<slug:project>/history/", projects.history, name="history"),
    path("p/<slug:project>/imports/", imports.start, name="start_import"),
    path("p/<slug:project>/imports/<int:pk>/", imports.draft, name="import"),
    path("p/<slug:project>/imports/<int:pk>/files/", imports.add_file, name="add_file"),
    path("p/<slug:project>/imports/<int:pk>/preset/", imports.save_preset, name="save_preset"),
    path("p/<slug:project>/imports/<int:pk>/confirm/", imports.confirm, name="confirm_import"),
    path("p/<slug:project>/imports/<int:pk>/cancel/", imports.cancel, name="cancel_import"),
    path("p/<slug:project>/imports/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("p/<slug:project>/compare", comparisons.compare, name="compare"),
    path("p/<slug:project>/planning/", planning.planning, name="planning"),
    path("p/<slug:project>/pairs/", pairs.pairs, name="pairs"),
    path("p/<slug:project>/pairs/<int:first>/<int:second>/", pairs.beside, name="beside"),
    path("p/<slug:project>/compare.csv", comparisons.compare_csv, name="compare_csv"),
    path("p/<slug:project>/collections/<int:pk>/", dashboards.dashboard, name="dashboard"),
    path("p/<slug:project>/collections/<int:pk>/statistics/<slug:name>/", families.family, name="family"),
    path("p/<slug:project>/collections/<int:pk>/analyse/", dashboards.analyse, name="analyse"),
    path("p/<slug:project>/collections/<int:pk>/progress/", dashboards.progress, name="analysis_progress"),
    path("p/<slug:project>/collections/<int:pk>/measures/<slug:name>.csv", dashboards.measure_csv, name="measure_csv"),
    path("p/<slug:project>/collections/<int:pk>/settings/", collections.settings, name="settings"),
    path("p/<slug:project>/collections/<int:pk>/delete/", collections.delete, name="delete_collection"),
    path("p/<slug:project>/collections/<int:pk>/regrade/", collections.regrade, name="regrade"),
    path("p/<slug:project>/collections/<int:pk>/again/", imports.again, name="read_again"),
    path("p/<slug:project>/collections/<int:pk>/rollouts/", rollouts.collection_rollouts, name="rollouts"),
    *(
        path(
            f"p/<slug:project>/collections/<int:pk>/rollouts.{kind}",
            rollouts.export,
            {"kind": kind},
            name=f"rollouts_{kind}",
        )
        for kind in rollouts.EXPORTS
    ),
    *(
        path(f"p/<slug:project>/rollouts.{kind}", rollouts.project_export, {"kind": kind}, name=f"project_{kind}")
        for kind in rollouts.EXPORTS
    ),
    path("p/<slug:project>/search/", search.search, name="search"),
    path("p/<slug:project>/views/", saved_views.save, name="save_view"),
    path("p/<slug:project>/views/<int:pk>/", saved_views.view, name="saved_view"),
    path("p/<slug:project>/views/<int:pk>/delete/", saved_views.delete, name="delete_view"),
    path("p/<slug:project>/rollouts/", rollouts.project_rollouts, name="project_rollouts"),
    path("p/<slug:project>/rollouts/<int:pk>/", reader.rollout, name="rollout"),
    path("p/<slug:project>/rollouts/<int:pk>/overrule/", reader.overrule, name="overrule"),
    path("p/<slug:project>/problems/<int:pk>/", problems.problem, name="problem"),
    path("p/<slug:project>/problems/<int:pk>/gold/", problems.correct_gold, name="correct_gold"),
]
