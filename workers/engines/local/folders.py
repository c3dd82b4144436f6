"""A model's folder on this machine: found, checked and hashed. Knows no model library and never looks anywhere else.

A relative name is looked for in the folders of AFTERTHOUGHT_MODELS (separated like PATH) and in the project's own
folder. Where that variable is set, a model outside all of these is refused.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import UserError

PROJECT = Path(__file__).resolve().parents[3]
CHUNK = 1 << 20


class ModelRefused(UserError):
    """The folder is no model that may be loaded; the message names it and what is wrong."""


def registered_roots() -> list[Path]:
    named = os.environ.get("AFTERTHOUGHT_MODELS", "")
    return [*(Path(root).resolve() for root in named.split(os.pathsep) if root), PROJECT]


def model_folder(name: str) -> Path:
    """The folder of that name or path, with a configuration and weights in safetensors."""
    if not name:
        raise ModelRefused("no model directory is given")
    folder = _find(name)
    if not (folder / "config.json").is_file():
        raise ModelRefused(f"{name}: there is no config.json in {folder}")
    if not weight_files(folder):
        raise ModelRefused(f"{name}: there are no weights in safetensors in {folder}; other formats are not loaded")
    return folder


def _find(name: str) -> Path:
    roots = registered_roots()
    tried = [Path(name)] if Path(name).is_absolute() else [root / name for root in roots]
    found = [path.resolve() for path in tried if path.is_dir()]
    if not found:
        raise ModelRefused(f"there is no model directory {name!r}; looked in {', '.join(map(str, tried))}")
    if os.environ.get("AFTERTHOUGHT_MODELS") and not any(found[0].is_relative_to(root) for root in roots):
        raise ModelRefused(f"{name} is outside the folders of AFTERTHOUGHT_MODELS")
    return found[0]


def weight_files(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("*.safetensors"))


def model_hash(folder: Path) -> str:
    """SHA-256 over the names and bytes of the weight files, in the order of their names."""
    files = weight_files(folder)
    return _hash_of(tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))


@cache
def _hash_of(files: tuple[tuple[Path, int, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _, _ in files:
        digest.update(path.name.encode() + b"\0")
        for chunk in _chunks(path):
            digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def configuration(folder: Path) -> Mapping[str, Any]:
    try:
        read = json.loads((folder / "config.json").read_bytes())
    except ValueError as error:
        raise ModelRefused(f"{folder / 'config.json'} is not JSON: {error}") from error
    if not isinstance(read, dict):
        raise ModelRefused(f"{folder / 'config.json'} holds no object")
    return read
