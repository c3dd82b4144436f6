"""Between databases, under kills: SQLite to PostgreSQL and back gives the archive that was written first.

The worker is the real one, in a process group of its own that is killed whole (-9) while it stores.
"""

import contextlib
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.interrupting import connection, rollouts, run
from tests.nursery import nursery
from tests.processes import ROOT, environment, migrate

pytestmark = pytest.mark.xdist_group("moving")
POINTS = (0, 1, 2500, 7000, 11_000, 15_000)
"""A kill once so many rows are stored."""
QUEUE = """
from apps.core.blobs import chunks_of
from apps.reports.services.archive_imports import request_import
for _ in range(2):
    request_import(chunks=chunks_of(open(FILE, "rb")), file_name="a.zip", key="k", user=None)
"""
STATE = """
import json
from apps.accounts.models import Project
from apps.core.models import Blob
from apps.traces.models import Rollout, Turn, Text
slugs = sorted(Project.objects.filter(is_deleted=False).values_list("slug", flat=True))
print(json.dumps([slugs, *(model.objects.count() for model in (Rollout, Turn, Text))]))
"""
MEASURED = """
import json
from dataclasses import asdict
from analysis.measures import MEASURES
from apps.traces.models import Analysis
from apps.traces.services.measuring import measure
analyses = Analysis.objects.filter(collection__project__slug=SLUG, state="done").order_by("pk")
print(json.dumps({name: [asdict(row) for row in measure(list(analyses), name)] for name in MEASURES}))
"""


def manage(variables: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(variables), check=True, capture_output=True, text=True)
    return done.stdout


def members(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as file:
        found: dict[str, Any] = json.loads(file.read("manifest.json"))["members"]
    return found


def progress(variables: Mapping[str, str]) -> tuple[str, int]:
    with contextlib.closing(connection(variables)) as database:
        cursor = database.cursor()
        cursor.execute("SELECT state, n_done, phase FROM reports_archiveimport ORDER BY id DESC LIMIT 1")
        state, n_done, phase = cursor.fetchone()
    return state, n_done if phase == "storing" else -1


def wait_until(n_done: int, variables: Mapping[str, str]) -> None:
    deadline = time.monotonic() + 200
    while progress(variables)[0] != "done" and progress(variables)[1] < n_done:
        assert progress(variables)[0] != "failed"
        assert time.monotonic() < deadline, f"stuck at {progress(variables)}"
        time.sleep(0.002)


def imported(variables: Mapping[str, str], archive: Path, points: Sequence[int] = ()) -> None:
    """Into an empty database, with a worker that is killed at each of the points."""
    migrate(variables)
    run(QUEUE.replace("FILE", repr(str(archive))), variables)
    with nursery(variables) as workers:
        for n_done in points:
            with workers.worker():
                wait_until(n_done, variables)
                assert progress(variables)[0] != "done", "the kill came too late to prove anything"
            slugs = json.loads(run(STATE, variables))[0]
            assert slugs in ([], ["archive-import-1"]), "it has no members and not its name before it is whole"
        with workers.worker():
            wait_until(10**9, variables)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Path]:
    """A site on SQLite with an analysed collection of 3,000 rollouts, and its archive."""
    folder = tmp_path_factory.mktemp("origin")
    variables = environment(folder / "home", JOB_LEASE_SECONDS="1")
    migrate(variables)
    manage(variables, "import_rollouts", str(rollouts(folder / "rollouts.jsonl")), "--project", "kills")
    manage(variables, "export_project", "kills", str(folder / "first.zip"))
    return variables, folder / "first.zip"


def measured(variables: Mapping[str, str], slug: str = "kills") -> object:
    return json.loads(run(MEASURED.replace("SLUG", repr(slug)), variables))


def test_six_kills_lose_and_double_nothing(origin: tuple[dict[str, str], Path], tmp_path: Path) -> None:
    before, archive = origin
    variables = environment(tmp_path / "killed", JOB_LEASE_SECONDS="1")
    imported(variables, archive, POINTS)
    manage(variables, "export_project", "kills", str(tmp_path / "again.zip"))
    assert members(tmp_path / "again.zip") == members(archive)
    assert json.loads(run(STATE, variables)) == json.loads(run(STATE, before))


@pytest.mark.postgres
def test_sqlite_to_postgresql_and_back_is_the_same_archive_and_the_same_numbers(
    origin: tuple[dict[str, str], Path], tmp_path: Path, postgres_url: str
) -> None:
    before, archive = origin
    there = environment(
        tmp_path / "there", DATABASE_URL=postgres_url, SECRET_KEY="only for tests", JOB_LEASE_SECONDS="1"
    )
    back = environment(tmp_path / "back", JOB_LEASE_SECONDS="1")
    imported(there, archive, POINTS[2:4])
    manage(there, "export_project", "kills", str(tmp_path / "there.zip"))
    migrate(back)
    manage(back, "import_project", str(tmp_path / "there.zip"), "--name", "Back again")
    manage(back, "export_project", "back-again", str(tmp_path / "back.zip"))
    assert members(tmp_path / "there.zip") == members(archive) == members(tmp_path / "back.zip")
    assert measured(there) == measured(back, "back-again") == measured(before)
