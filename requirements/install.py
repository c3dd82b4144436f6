"""`python install.py web|engine|test`: makes .venv where it is missing and brings it to that lock, once.

Runs on a bare Python 3.11 with venv and pip. Knows nothing of the project but requirements/*.txt; `engine` holds `web`,
`test` holds both. torch comes before the locks and without hashes, because its builds differ by device: pip's choice,
or that of the package index named by TORCH_INDEX.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
VENV = LOCKS.parent / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
NAMES = ("web", "engine", "test")  # each holds those before it
TORCH = "torch==2.13.0"


def stamp_of(name: str) -> str:
    digest = hashlib.sha256(b"".join((LOCKS / f"{lock}.txt").read_bytes() for lock in NAMES) + TORCH.encode())
    return f"{name} {digest.hexdigest()}\n"


def is_installed(name: str) -> bool:
    enough = {stamp_of(holder) for holder in NAMES[NAMES.index(name) :]}
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() in enough


def pip_install(*what: str) -> None:
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *what], check=True)


def install(name: str) -> None:
    print(f"installing requirements/{name}.txt into {VENV}", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    STAMP.unlink(missing_ok=True)
    if name != "web":
        index = os.environ.get("TORCH_INDEX")
        pip_install(TORCH, *(["--index-url", index] if index else []))
    pip_install("--require-hashes", "-r", str(LOCKS / f"{name}.txt"))
    STAMP.write_text(stamp_of(name))


def main(name: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this file runs before anything is installed)
        sys.exit(f"Afterthought needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    if name not in NAMES:
        sys.exit(f"no requirements named {name!r}; there are: {', '.join(NAMES)}")
    with (LOCKS / "install.py").open() as myself:
        fcntl.flock(myself, fcntl.LOCK_EX)  # two commands started together install once
        if not is_installed(name):
            install(name)


if __name__ == "__main__":
    main(sys.argv[1])
