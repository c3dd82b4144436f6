"""A demo's folder as its first start leaves it, made once: a start that has all to make takes longest."""

import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import processes_of, running_site, wait_for

MAKE_DEMO = ("make", "--no-print-directory", "demo")


class FirstStart(NamedTuple):
    """The folder, the login that was printed, what its health and its login page answered, whether it ended."""

    home: Path
    url: str
    username: str
    password: str
    statuses: tuple[int, int]
    has_ended: bool


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as response:
        return int(response.status)


def ends_within(seconds: float, home: Path) -> bool:
    """True if every process of the folder is gone by then."""
    try:
        wait_for(lambda: not processes_of(home), seconds, "the end of every process")
    except TimeoutError:
        return False
    return True


def is_quiet(home: Path) -> bool:
    """True if the sample is analysed and can be searched."""
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=20)) as database:
        rows = database.execute("SELECT state FROM traces_analysis UNION ALL SELECT state FROM traces_indexing")
        states = [state for (state,) in rows]
    return len(states) >= 2 and set(states) == {"done"}


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    """`make demo` in a new folder, asked and told to end; nobody changes the folder afterwards."""
    home = tmp_path_factory.mktemp("first") / "home"
    with running_site(home, command=MAKE_DEMO) as site:
        wait_for(lambda: is_quiet(home), 120, "the end of its jobs")  # else a copy would wait for their leases
        statuses = status_of(f"{site.url}healthz"), status_of(f"{site.url}accounts/login/")
        site.process.terminate()
        site.process.wait(10)
        return FirstStart(home, site.url, site.username, site.password, statuses, ends_within(2, home))
