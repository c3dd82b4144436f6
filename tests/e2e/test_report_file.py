"""A report in one file, opened in a real browser without any network: its figures are drawn, and follow the theme."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Request

from apps.reports.files.offline import page_of
from tests.reports.files.contents import HOSTILE, full_content

BAR = "document.querySelector('.js-plotly-plot .point path').style.fill"


def test_a_report_draws_its_figures_with_the_network_closed(
    browser: Browser, tmp_path: Path, axe: Callable[[Page], list[str]]
) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(page_of(full_content()))
    context = browser.new_context(offline=True, color_scheme="light")
    page, asked, wrong = context.new_page(), list[str](), list[str]()

    def note(request: Request) -> None:
        if request.url != file.as_uri():
            asked.append(request.url)

    page.on("request", note)
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(file.as_uri())
    page.locator(".js-plotly-plot .point").first.wait_for()
    assert page.evaluate(BAR) == "rgb(127, 179, 218)", "--tt in the light theme is #7fb3da"
    assert axe(page) == []
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(BAR) == "rgb(63, 111, 148)", "--tt in the dark theme is #3f6f94"
    assert page.locator(".lines").get_by_text(HOSTILE).is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="manifest.json").click()
    assert b'"afterthought-report"' in Path(download.value.path()).read_bytes()
    assert ([url for url in asked if not url.startswith("data:")], wrong) == ([], [])
    context.close()
