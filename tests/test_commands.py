"""`make demo` as a person or a script starts it: prints where it is, and ends clean however it is told to."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import MANAGE, ROOT, environment, processes_of, running_site, wait_for
from tests.sites import FirstStart, status_of

pytestmark = pytest.mark.xdist_group("sites")
FROM_A_SCRIPTS_BACKGROUND = ("sh", "-c", "make --no-print-directory demo & wait")


def test_make_demo_prints_an_address_that_answers_and_term_ends_everything(first_start: FirstStart) -> None:
    assert first_start.url.startswith("http://127.0.0.1:")
    assert first_start.username == "demo"
    assert first_start.statuses == (200, 200)
    assert first_start.has_ended


@pytest.fixture
def home(first_start: FirstStart, tmp_path: Path) -> Path:
    """A copy of that folder: a start there has nothing to make."""
    return Path(shutil.copytree(first_start.home, tmp_path / "home"))


def test_the_state_folder_and_the_password_are_the_owners_alone(first_start: FirstStart) -> None:
    home, password = first_start.home, first_start.password
    assert (home / "demo_password").read_text() == password
    assert oct(home.stat().st_mode & 0o777) == "0o700"
    assert oct((home / "demo_password").stat().st_mode & 0o777) == "0o600"
    assert oct((home / "secret_key").stat().st_mode & 0o777) == "0o600"


def test_ctrl_c_ends_a_demo_that_a_script_put_in_its_background(home: Path) -> None:
    with running_site(home, command=FROM_A_SCRIPTS_BACKGROUND) as site:
        os.killpg(site.process.pid, signal.SIGINT)
        wait_for(lambda: not processes_of(home), 10, "the end of every process")


def test_kill_9_of_the_site_leaves_no_process(home: Path) -> None:
    with running_site(home) as site:
        assert len(processes_of(home)) > 3
        site.process.kill()
        wait_for(lambda: not processes_of(home), 10, "the end of every process")


@pytest.fixture
def home_without_anybody(first_start: FirstStart, tmp_path: Path) -> Path:
    """A copy in which the demo person has yet to be made, with a password."""
    other = Path(shutil.copytree(first_start.home, tmp_path / "other"))
    (other / "demo_password").unlink()
    with closing(sqlite3.connect(other / "db.sqlite3")) as database, database:
        database.execute("UPDATE accounts_user SET username = 'somebody else'")
    return other


def test_two_demos_at_once_get_an_address_each(home: Path, home_without_anybody: Path) -> None:
    with running_site(home) as one, running_site(home_without_anybody) as two:
        assert one.url != two.url
        assert status_of(f"{one.url}healthz") == status_of(f"{two.url}healthz") == 200
        assert one.password != two.password


def test_a_taken_port_is_refused_with_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        port = taken.getsockname()[1]
        command = [*MANAGE, "serve", "--port", str(port)]
        second = subprocess.run(command, cwd=ROOT, env=environment(tmp_path / "two"), capture_output=True, text=True)
    assert second.returncode != 0
    assert f"port {port} of 127.0.0.1 cannot be had" in second.stderr


def test_a_second_start_keeps_the_login_and_loads_the_sample_once(first_start: FirstStart, home: Path) -> None:
    count = "from apps.accounts.models import Project, User; print(Project.objects.count(), User.objects.count())"
    shell = [*MANAGE, "shell", "--no-imports", "-c", count]
    before = subprocess.check_output(shell, cwd=ROOT, env=environment(home), text=True)
    with running_site(home) as site:
        password = site.password
    after = subprocess.check_output(shell, cwd=ROOT, env=environment(home), text=True)
    assert before == after == "1 1\n"
    assert password == first_start.password
