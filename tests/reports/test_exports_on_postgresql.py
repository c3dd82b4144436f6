"""Every table on SQLite and on PostgreSQL: the same rows, but for keys of rows and times."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, environment, migrate

CODE = """
import json
from apps.core.tables.columns import Kind
from apps.core.tables.formats import FORMATS
from apps.reports.exports.table import TABLES
from apps.reports.exports.wanted import Wanted
from tests.reports.everything import everything
project = everything("whole")
project.administrations.filter(instrument__isnull=False).delete()
for name in TABLES:
    wanted = Wanted.parse(project, name, {})
    same = [each.name for each in wanted.columns if each.kind not in (Kind.TIME, Kind.WHOLE)]
    lines = [json.loads(line) for line in b"".join(wanted.parts("jsonl")).splitlines()]
    assert b"".join(wanted.parts("csv")) and b"".join(wanted.parts("parquet"))
    print(json.dumps([name, [{column: line[column] for column in same} for line in lines]]))
"""


def told(variables: Mapping[str, str]) -> dict[str, Any]:
    """The rows of every table of a new site with a project that has everything."""
    migrate(variables)
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", CODE]
    done = subprocess.run(shell, cwd=ROOT, env=dict(variables), check=True, capture_output=True, text=True)
    return dict(json.loads(line) for line in done.stdout.splitlines() if line.startswith("["))


@pytest.mark.postgres
def test_every_table_on_postgresql_is_that_on_sqlite(tmp_path: Path, postgres_url: str) -> None:
    ours = told(environment(tmp_path / "sqlite"))
    theirs = told(environment(tmp_path / "pg", DATABASE_URL=postgres_url, SECRET_KEY="only for tests"))
    assert len(ours) > 20
    assert theirs == ours
