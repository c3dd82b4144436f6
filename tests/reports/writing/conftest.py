"""Reports are frozen here without pictures, which take a browser and seconds; tests/reports/files draws them."""

import pytest


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-browser-here")
