"""Fixtures that every test may use: the shared data, found by AFTERTHOUGHT_SHARED; in CI a missing one is a failure."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.services", "tests.engines_env", "tests.vllm_env"]
ROOT = Path(__file__).resolve().parent.parent


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive holds its time, and every process needs the same name."""
    return argname if isinstance(val, bytes) else None


def missing(what: str) -> None:
    """Skip loudly; where CI is set, fail instead, so that nothing is silently left out there."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI it must be there")
    pytest.skip(f"MISSING: {what}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real rollouts, gold labels and reference numbers."""
    folder = Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        missing(f"test data in {folder} (set AFTERTHOUGHT_SHARED)")
    return folder
