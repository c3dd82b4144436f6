"""The same code on PostgreSQL and Redis: tests not marked `once` run again there, and a site with a worker on both."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests.processes import ROOT, environment, running_site

SECRET = {"SECRET_KEY": "of the tests only"}


@pytest.mark.postgres
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_every_test_in_which_the_database_could_matter_passes_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    options = ["--ds=tests.settings", "-q", "-m", "django_db and not e2e and not postgres and not redis and not once"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options, "tests"]
    variables = environment(tmp_path, DATABASE_URL=postgres_url, **SECRET) | {"DJANGO_SETTINGS_MODULE": ""}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    print(done.stdout[-20_000:], done.stderr[-5_000:])
    assert done.returncode == 0
    assert " passed" in done.stdout


@pytest.mark.postgres
@pytest.mark.redis
def test_a_site_runs_on_postgresql_and_redis(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    variables = {"DATABASE_URL": postgres_url, "CELERY_BROKER_URL": redis_url, **SECRET}
    with running_site(tmp_path / "home", variables=variables) as site:
        assert site.url
        with psycopg.connect(postgres_url) as connection:
            rows = connection.execute("SELECT count(*) FROM accounts_project").fetchone()
        assert rows == (1,)
        with redis.Redis.from_url(redis_url) as client:
            assert client.exists("_kombu.binding.cpu")
    assert not (tmp_path / "home" / "db.sqlite3").exists()
