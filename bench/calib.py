"""240,640 rows of stated confidences (20 models on MMLU-Pro) from files to pages: import, analysis, both looks.

The real data of AFTERTHOUGHT_SHARED on the embedded database, in a folder of its own; without them, a line says so.
"""

import os
import tempfile
from pathlib import Path

from bench.pipeline import ROOT, laps

FOLDER = Path("data") / "calib-mmlupro-20models" / "results"
N_ROWS = 240_640
LIMITS = {"imported": 60.0, "dashboard, again": 1.0, "calibration, again": 1.0}
"""Seconds at most, on two idle cores."""
STAGES = """
import time
from pathlib import Path
from django.conf import settings
from django.test import Client
from apps.accounts.models import User
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.traces.services import imports
from apps.traces.services.analyses import ensured_analysis
settings.ALLOWED_HOSTS = ["testserver"]
owner = User.objects.create_user(username="bench", password="bench")
project = create_project(name="bench", owner=owner)
client = Client()
client.force_login(owner)
def lap(name, call):
    began = time.perf_counter()
    found = call()
    print(name, time.perf_counter() - began, flush=True)
    return found
def stored():
    draft = imports.create_draft(project=project, user=owner)
    for path in sorted(Path({folder!r}).iterdir()):
        with path.open("rb") as file:
            imports.add_upload(reading=draft, name=path.name, chunks=chunks_of(file))
    collection = imports.confirm(reading=draft, wake=False)
    imports.execute(import_id=draft.pk)
    collection.refresh_from_db()
    assert collection.n_rollouts == {n_rows}, collection.n_rollouts
    return collection
collection = lap("imported", stored)
lap("analysed", lambda: ensured_analysis(collection=collection))
def opened(page):
    answer = client.get("/p/" + project.slug + "/collections/" + str(collection.pk) + "/" + page)
    assert answer.status_code == 200, answer.status_code
for name, page in (("dashboard", ""), ("calibration", "statistics/calibration/")):
    lap(name + ", first", lambda: opened(page))
    lap(name + ", again", lambda: opened(page))
"""


def rows() -> list[dict[str, str | float]]:
    """One row a stage: seconds, the most that is asked for, rows a second."""
    folder = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared") / FOLDER
    if not folder.is_dir():
        return [{"stage": f"skipped: no {FOLDER} in AFTERTHOUGHT_SHARED"}]
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as home:
        found = laps(STAGES.format(folder=str(folder), n_rows=N_ROWS), Path(home))
    return [
        {"stage": name, "seconds": seconds, "limit": LIMITS.get(name, "–"), "rows/s": N_ROWS / seconds}
        for name, seconds in found
    ]
