"""The browser fixtures themselves: they must notice what they are there to notice."""

from collections.abc import Callable

from playwright.sync_api import Page


def test_a_script_error_and_a_refused_script_are_noticed(page: Page, problems: list[str]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("() => { setTimeout(() => { throw new Error('on purpose') }) }")
    page.evaluate("() => document.body.setAttribute('onclick', 'void 0')")
    page.wait_for_timeout(200)
    seen = "\n".join(problems)
    problems.clear()
    assert "uncaught: on purpose" in seen
    assert "Content Security Policy" in seen


def test_a_request_to_another_host_is_stopped_and_noticed(page: Page, problems: list[str]) -> None:
    page.goto("about:blank")
    answer = page.evaluate("() => fetch('http://example.invalid/').then(() => 'answered', () => 'stopped')")
    seen = "\n".join(problems)
    problems.clear()
    assert answer == "stopped"
    assert "request to http://example.invalid/" in seen


def test_axe_notices_a_button_without_a_name(page: Page, axe: Callable[[Page], list[str]]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("() => document.body.append(document.createElement('button'))")
    assert any(violation.startswith("button-name") for violation in axe(page))


def test_the_login_leads_to_a_page_without_serious_violations(
    signed_in: Page, axe: Callable[[Page], list[str]]
) -> None:
    assert axe(signed_in) == []
