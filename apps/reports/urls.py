"""Addresses of reports and their links, training sets, the methods page, the guide, exports, backups and archives."""

from django.urls import path

from apps.reports.views import blocks, exporting, frozen, guide, methods, moving, reports, training_sets

app_name = "reports"
REPORT = "p/<slug:project>/reports/<int:pk>/"
FROZEN = f"{REPORT}frozen/<int:number>/"
urlpatterns = [
    path("methods/", methods.methods, name="methods"),
    path("help/", guide.contents, name="help"),
    path("help/pictures/<str:name>", guide.picture, name="help_picture"),
    path("help/<path:name>/", guide.page, name="help_page"),
    path("archives/", moving.archives, name="archives"),
    path("p/<slug:project>/training-sets/", training_sets.training_sets, name="training_sets"),
    path(
        "p/<slug:project>/training-sets/<slug:name>.jsonl.zip",
        training_sets.download,
        {"kind": "jsonl"},
        name="training_set_jsonl",
    ),
    path(
        "p/<slug:project>/training-sets/<slug:name>.parquet.zip",
        training_sets.download,
        {"kind": "parquet"},
        name="training_set_parquet",
    ),
    path("p/<slug:project>/export/", exporting.export, name="export"),
    path("p/<slug:project>/export/file", exporting.export_file, name="export_file"),
    path("p/<slug:project>/export/dictionary.<str:kind>", exporting.dictionary, name="dictionary"),
    path("p/<slug:project>/backup/", moving.backup, name="backup"),
    path("p/<slug:project>/backup/<int:pk>/archive.zip", moving.download, name="download_archive"),
    path("p/<slug:project>/reports/", reports.reports, name="reports"),
    path("p/<slug:project>/reports/put-in/", reports.put_in, name="put_in"),
    path(REPORT, reports.report, name="report"),
    path(f"{REPORT}change/", reports.change, name="change_report"),
    path(f"{REPORT}delete/", reports.delete, name="delete_report"),
    path(f"{REPORT}blocks/", blocks.add_block, name="add_block"),
    path(f"{REPORT}blocks/<slug:block_id>/", blocks.block, name="block"),
    path(f"{REPORT}blocks/<slug:block_id>/change/", blocks.change_block, name="change_block"),
    path(f"{REPORT}blocks/<slug:block_id>/move/", blocks.move_block, name="move_block"),
    path(f"{REPORT}blocks/<slug:block_id>/remove/", blocks.remove_block, name="remove_block"),
    path(f"{REPORT}freeze/", frozen.freeze, name="freeze"),
    path(FROZEN, frozen.frozen, name="frozen"),
    path(f"{FROZEN}file/<slug:name>/", frozen.download, name="frozen_file"),
    path(f"{FROZEN}links/", frozen.share, name="share"),
    path(f"{FROZEN}links/<int:link>/withdraw/", frozen.withdraw, name="withdraw"),
    path("shared/<str:secret>/", frozen.shared, name="shared"),
    path("shared/<str:secret>/<slug:name>/", frozen.shared_file, name="shared_file"),
]
