"""A real browser on the real site: web and worker as `make demo` starts them, the network closed but for 127.0.0.1.

Every test that uses `page` also fails on a script error, a refused (Content-Security-Policy) resource, or a request to
anywhere else.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, WebError

from tests.conftest import missing
from tests.processes import ROOT, Site, running_site
from tests.sites import FirstStart

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL_SCHEMES = {"data", "blob", "about"}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter((violation) => ["serious", "critical"].includes(violation.impact))
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).slice(0, 5).join(" | ")}`);
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker drives the browser, so that there is one site and one browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("sites"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing("the browser chromium")
    return browser_type_launch_args | {"executable_path": program, "args": FLAGS}


@pytest.fixture(scope="session")
def live_site(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo in a folder of its own, a copy of one that was started before: address, login and process."""
    home = Path(shutil.copytree(first_start.home, tmp_path_factory.mktemp("site") / "home"))
    with running_site(home) as site:
        yield site


@pytest.fixture(scope="session")
def base_url(live_site: Site) -> str:
    """Lets tests write `page.goto("/path")`."""
    return live_site.url


@pytest.fixture
def problems() -> list[str]:
    """What went wrong in the browser so far; a test that provokes an error takes it out of here."""
    return []


def allow_local_only(problems: list[str], route: Route) -> None:
    address = urlsplit(route.request.url)
    if address.scheme in LOCAL_SCHEMES or address.hostname == "127.0.0.1":
        route.continue_()
    else:
        problems.append(f"request to {route.request.url}")
        route.abort()


def note_message(problems: list[str], message: ConsoleMessage) -> None:
    if message.type == "error":
        problems.append(f"{message.text} ({message.location.get('url')})")


def note_error(problems: list[str], error: WebError) -> None:
    problems.append(f"uncaught: {error.error}")


@pytest.fixture
def context(context: BrowserContext, problems: list[str]) -> Iterator[BrowserContext]:
    context.route("**/*", partial(allow_local_only, problems))
    context.on("console", partial(note_message, problems))
    context.on("weberror", partial(note_error, problems))
    context.set_default_timeout(15_000)
    yield context
    assert problems == []


@pytest.fixture
def signed_in(page: Page, live_site: Site) -> Page:
    """A page after the login as the demo person, which goes through the form as a person would."""
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(live_site.username)
    page.locator("input[name=password]").fill(live_site.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    return page


@pytest.fixture(scope="session")
def axe_source() -> str:
    if not AXE.exists():
        missing(f"axe-core ({AXE}; `make test` installs it where npm is)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[[Page], list[str]]:
    """`axe(page)`: the serious and critical accessibility violations of the page as it stands."""

    def violations(page: Page) -> list[str]:
        page.evaluate(axe_source)
        found: list[str] = page.evaluate(RUN_AXE)
        return found

    return violations
