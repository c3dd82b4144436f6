"""Starts the real site in a folder of its own, makes its tables, and tells which processes are left. Knows no page."""

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0
CLEARED = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PORT", "DATABASE_URL", "CELERY_BROKER_URL", "PYTEST_XDIST_WORKER")
MANAGE = (sys.executable, "manage.py")


def environment(home: Path, **extra: str) -> dict[str, str]:
    """This process's environment, less what would lead a site out of `home`."""
    kept = {name: value for name, value in os.environ.items() if name not in CLEARED}
    return kept | {"AFTERTHOUGHT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "apps.settings"} | extra


@cache
def empty_home() -> Path:
    """The folder of a site that nobody has used: its tables are there, made once in this process."""
    folder = Path(tempfile.mkdtemp(prefix="afterthought-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run([*MANAGE, "migrate", "-v0"], cwd=ROOT, env=environment(folder / "home"), check=True)
    return folder / "home"


def migrate(variables: Mapping[str, str]) -> None:
    """Makes the tables of a site that has none; those of an embedded one are copied, which takes no time."""
    home = Path(variables["AFTERTHOUGHT_HOME"])
    if "DATABASE_URL" not in variables and not home.exists():
        shutil.copytree(empty_home(), home)
    else:
        subprocess.run([*MANAGE, "migrate", "-v0"], cwd=ROOT, env=dict(variables), check=True)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """True if the process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def processes_of(home: Path) -> list[int]:
    """Every running process that was started with this state folder."""
    mark = f"AFTERTHOUGHT_HOME={home}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in variables and runs(int(entry.name)):
            found.append(int(entry.name))
    return found


@dataclass(frozen=True)
class Site:
    """A running site: its process, its address and, if it is a demo, the login."""

    process: subprocess.Popen[str]
    home: Path
    url: str
    username: str
    password: str
    log: Path


def _said(log: Path, pattern: str) -> str:
    found = re.search(pattern, log.read_text(encoding="utf-8"))
    return found[1] if found else ""


def _is_up(process: subprocess.Popen[str], log: Path, last_words: str) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the site ended with status {process.returncode}:\n{log.read_text(encoding='utf-8')}")
    return bool(_said(log, last_words))


@contextmanager
def running_site(
    home: Path,
    *,
    command: Sequence[str] = (*MANAGE, "demo"),
    last_words: str = r"(Ctrl-C ends it)",
    variables: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """The site that `command` starts in `home`, from its first answer to the end of the block."""
    log = home.parent / f"{home.name}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(home, **(variables or {})),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
    try:
        wait_for(lambda: _is_up(process, log, last_words), START_SECONDS, f"an address in {log}")
        url = _said(log, r"Afterthought is at (\S+)")
        yield Site(process, home, url, _said(log, r"Log in as (\S+)"), _said(log, r"Log in as \S+ with (\S+)"), log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
