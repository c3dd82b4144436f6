"""Fixtures that every test may use: the shared data, found by AFTERTHOUGHT_SHARED; in CI a missing one is a failure."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.services", "tests.engines_env", "tests.vllm_env", "tests.interrupting", "tests.sites"]
ROOT = Path(__file__).resolve().parent.parent
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive holds its time, and every process needs the same name."""
    return argname if isinstance(val, bytes) else None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: asks nothing of the database in which PostgreSQL could differ")
    config.addinivalue_line("markers", "long: takes minutes, so that it is begun early")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no process waits for another's at the end; else in their order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


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


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What fixtures of a module store stays for all of its tests; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
