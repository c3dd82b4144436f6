"""A worker killed (-9) at points of an import, its indexing and its analysis loses nothing and doubles nothing.

The worker is the real one, in a process group of its own that is killed whole; a short lease lets the next take over.
On PostgreSQL the files are read in a process of its own, as large ones are.
"""

from pathlib import Path

import pytest

from tests.interrupting import Undisturbed, digest_after, served
from tests.processes import environment

pytestmark = pytest.mark.xdist_group("kills")
POINTS = [
    ("traces_import", 0),
    ("traces_import", 1),
    ("traces_import", 700),
    ("traces_import", 1500),
    ("traces_import", 2500),
    ("traces_indexing", 500),
    ("traces_analysis", 0),
    ("traces_analysis", 1),
    ("traces_analysis", 800),
    ("traces_analysis", 1600),
    ("traces_analysis", 2400),
]
"""A kill once the job has done that many rollouts."""


def test_ten_kills_lose_and_double_nothing_on_the_embedded_database(tmp_path: Path, undisturbed: Undisturbed) -> None:
    variables = environment(tmp_path / "loud", JOB_LEASE_SECONDS="1")
    assert digest_after(variables, undisturbed.file, POINTS) == undisturbed.digest


@pytest.mark.postgres
@pytest.mark.redis
def test_ten_kills_lose_and_double_nothing_on_postgresql_and_redis(
    tmp_path: Path, postgres_url: str, redis_url: str, undisturbed: Undisturbed
) -> None:
    variables = served(tmp_path / "loud", postgres_url, redis_url)
    assert digest_after(variables, undisturbed.file, POINTS) == undisturbed.digest
