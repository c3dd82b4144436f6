"""The folder where the embedded mode keeps its state, and its secret key. Knows no Django."""

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The state folder (`AFTERTHOUGHT_HOME`, default `./var`), made with mode 0700 on first use."""
    folder = Path(os.environ.get("AFTERTHOUGHT_HOME") or Path(__file__).resolve().parent.parent / "var")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def read_or_make_secret(path: Path, n_bytes: int = 50) -> str:
    """The secret in `path`; where there is none yet, a random one is written there with mode 0600, exactly once."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(n_bytes))
    return path.read_text(encoding="ascii")
