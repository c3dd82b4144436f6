"""What the tests show that methods name as their proof, as the page docs/tests.md. Knows their files as text only.

`python -m tests.shown > docs/tests.md` writes the page; tests/reports/test_proofs.py holds it to the files.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from analysis.methods import METHODS
from tests.conftest import ROOT

HEAD = """# What the tests show

The files of tests that the page *Methods* names as proof of a row, each with what it is and what it holds, sentence by
sentence. `make test` runs them. Coverage of intervals is in [proofs](proofs.md). This page is written by
`python -m tests.shown`.
"""
_SPECIAL = re.compile(r"([*_\[\]<>`$])")


def files() -> list[str]:
    """Every file of tests that a method names, in order of their names."""
    return sorted({path for method in METHODS for path in method.proven_in if path.startswith("tests/")})


def page() -> str:
    return "\n".join([HEAD, *(line for path in files() for line in _section(path))])


def sentences(path: Path) -> list[str]:
    """The names of a file's tests as sentences, in order."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [name.removeprefix("test_").replace("_", " ").capitalize() for name in names if name.startswith("test_")]


def _section(path: str) -> Iterator[str]:
    yield f"## `{path}`\n"
    told = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""
    yield f"{_plain(' '.join(told.split()))}\n"
    yield "\n".join(f"- {sentence}" for sentence in sentences(ROOT / path)) + "\n"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


if __name__ == "__main__":
    sys.stdout.write(page())
