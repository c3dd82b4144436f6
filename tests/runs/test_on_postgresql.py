"""The same run on SQLite and on PostgreSQL: the same numbers, and no statement that one of them does not take."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.interrupting import run
from tests.processes import ROOT, environment

ENGINE = """
from apps.runs.models import Engine
Engine.objects.create(name="script", kind="scripted", settings={"models": {}, "empty_share": 0.1})
"""
N = 40


def reported(variables: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """What `manage.py run … --wait --json` says, less what no two runs share."""
    command = [sys.executable, "manage.py", "run", *arguments, "--engine", "script", "--wait", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=dict(variables), check=True, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {name: value for name, value in report.items() if name != "seconds"}


def reports(variables: Mapping[str, str], problems: Path) -> list[dict[str, Any]]:
    """Regenerate, then probe and judge what came."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=dict(variables), check=True)
    run(ENGINE, variables)
    first = reported(variables, "regenerate", "--problems", str(problems), "--set", "temperature=1")
    made = ("--collection", str(first["collection"]), "--limit", "5")
    return [first, *(reported(variables, protocol, *made) for protocol in ("probe", "judge", "continue"))]


@pytest.mark.postgres
def test_runs_on_postgresql_are_those_on_sqlite(tmp_path: Path, postgres_url: str) -> None:
    problems = tmp_path / "problems.jsonl"
    rows = [{"id": f"p{k}", "problem": f"What is {k} + 1?", "answer": str(k + 1)} for k in range(N)]
    problems.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    ours = reports(environment(tmp_path / "sqlite"), problems)
    theirs = reports(environment(tmp_path / "pg", DATABASE_URL=postgres_url, SECRET_KEY="only for tests"), problems)
    assert theirs == ours
    assert [report["state"] for report in ours] == ["done"] * 4
    assert 0 < ours[0]["failed"] < N
