"""The tasks by their names: each claims a row and lets a service do the work. Knows no statistics and no pages."""

from apps.core import queue
from apps.reports.services import archive_imports, exports, freezing, reports
from apps.traces.services import analyses, deletions, families, imports, indexing
from workers import running, trying
from workers.celery import app


@app.task(name=queue.IMPORT_ROLLOUTS)
def import_rollouts(*, import_id: int) -> None:
    imports.execute(import_id=import_id)


@app.task(name=queue.ANALYSE)
def analyse(*, analysis_id: int) -> None:
    analyses.execute(analysis_id=analysis_id)


@app.task(name=queue.PREPARE_STATISTICS)
def prepare_statistics(*, analysis_id: int) -> None:
    families.prepare_statistics(analysis_id=analysis_id)


@app.task(name=queue.INDEX_TEXTS)
def index_texts(*, indexing_id: int) -> None:
    indexing.execute(indexing_id=indexing_id)


@app.task(name=queue.DELETE_COLLECTION)
def delete_collection(*, collection_id: int) -> None:
    deletions.empty_collection(collection_id=collection_id)


@app.task(name=queue.DELETE_PROJECT)
def delete_project(*, project_id: int) -> None:
    exports.discard_exports(project_id=project_id)
    reports.discard_reports(project_id=project_id)
    deletions.empty_project(project_id=project_id)


@app.task(name=queue.EXPORT_PROJECT)
def export_project(*, export_id: int) -> None:
    exports.execute(export_id=export_id)


@app.task(name=queue.IMPORT_PROJECT)
def import_project(*, import_id: int) -> None:
    archive_imports.execute(import_id=import_id)


@app.task(name=queue.FREEZE_REPORT)
def freeze_report(*, frozen_id: int) -> None:
    freezing.execute(frozen_id=frozen_id)


@app.task(name=queue.RUN)
def execute_run(*, run_id: int) -> None:
    running.execute(run_id, beside=running.Beside(trying.answer_one))


@app.task(name=queue.TRY)
def try_out(*, trial_id: int) -> None:
    trying.execute(trial_id)
