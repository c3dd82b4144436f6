"""`python install.py web|test`: makes .venv where it is missing and brings it to that lock, once.

Runs on a bare Python 3.11 with venv and pip. Knows nothing of the project but requirements/*.txt; `test` holds `web`.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
VENV = LOCKS.parent / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"


def stamp_of(name: str) -> str:
    digest = hashlib.sha256(b"".join((LOCKS / f"{lock}.txt").read_bytes() for lock in ("web", "test")))
    return f"{name} {digest.hexdigest()}\n"


def is_installed(name: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() in {stamp_of(name), stamp_of("test")}


def install(name: str) -> None:
    print(f"installing requirements/{name}.txt into {VENV}", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    STAMP.unlink(missing_ok=True)
    lock = LOCKS / f"{name}.txt"
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], check=True)
    STAMP.write_text(stamp_of(name))


def main(name: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this file runs before anything is installed)
        sys.exit(f"Afterthought needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    with (LOCKS / "install.py").open() as myself:
        fcntl.flock(myself, fcntl.LOCK_EX)  # two commands started together install once
        if not is_installed(name):
            install(name)


if __name__ == "__main__":
    main(sys.argv[1])
