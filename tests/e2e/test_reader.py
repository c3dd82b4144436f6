"""The reader in a real browser: keys, find, the strip that follows, maths and raw, folds, and long traces."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from analysis.types import Outcome
from apps.accounts.models import Membership, User
from apps.accounts.models import Role as MemberRole
from apps.traces.models import Rollout
from tests.traces.build import attempt, rollout, stored
from tests.traces.build_reader import read

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RIGHT, WRONG = Outcome.CORRECT, Outcome.INCORRECT
HOSTILE = "<img src=x onerror=alert(1)>"
Opened = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def opened(live_server: object, browser: Browser) -> Opened:
    """Opens a rollout as a member; what the browser complains about fails the test."""

    @contextmanager
    def open_rollout(row: Rollout, query: str = "") -> Iterator[Page]:
        user = User.objects.create_user("member", password="x")
        Membership.objects.create(project=row.collection.project, user=user, role=MemberRole.MEMBER)
        client = Client()
        client.force_login(user)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
        address = f"{live_server}{reverse('traces:rollout', args=[row.collection.project.slug, row.pk])}{query}"
        complaints: list[str] = []
        with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
            context.add_cookies([cookie | {"url": str(live_server)}])  # type: ignore[list-item]
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
            page.goto(address)
            yield page
        assert not complaints

    return open_rollout


def long_rollout(n_lines: int = 600) -> Rollout:
    """Lines of words; candidates on lines 100, 300 and 500; a formula on line 50; hostile text on line 60."""
    lines = [f"line {number} goes on for a while, as lines of reasoning do" for number in range(1, n_lines + 1)]
    lines[49] = r"here \(\frac{1}{2}\) stands"
    lines[59] = HOSTILE
    lines[399] = "a needle"
    row: Rollout = stored([rollout(turns=(attempt("\n".join(lines), "FINAL ANSWER: 4"),))]).rollouts.get()
    read(row, [(100, "5", WRONG), (300, "4", RIGHT), (500, "4", RIGHT)])
    return row


def current(page: Page) -> str:
    return page.evaluate("document.querySelector('.ln[aria-current]')?.id ?? ''")  # type: ignore[no-any-return]


def in_view(page: Page, line: str) -> bool:
    return page.evaluate(  # type: ignore[no-any-return]
        """(id) => { const box = document.getElementById(id).getBoundingClientRect();
        const frame = document.querySelector('[data-trace]').getBoundingClientRect();
        return box.bottom > frame.top && box.top < frame.bottom; }""",
        line,
    )


def strip(page: Page) -> tuple[float, float]:
    """Where the part in view begins and ends, in percent of the trace."""
    view = page.locator("[data-view]")
    y, height = view.get_attribute("y") or "", view.get_attribute("height") or ""
    return float(y.rstrip("%")), float(y.rstrip("%")) + float(height.rstrip("%"))


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """The strip is drawn with the next frame, which a busy machine may keep waiting."""
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"after five seconds the strip shows {strip(page)}, the current line is {current(page)!r}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(150)


def test_keys_walk_lines_candidates_and_reflections(opened: Opened) -> None:
    with opened(long_rollout()) as page:
        press(page, "c")
        assert current(page) == "L100"
        press(page, "c")
        assert current(page) == "L300"
        assert in_view(page, "L300")
        assert page.url.endswith("#L300")
        assert page.is_visible("[data-at='300']")
        assert not page.is_visible("[data-at='100']")
        press(page, "Shift+C")
        assert current(page) == "L100"
        press(page, "j", "j", "k")
        assert current(page) == "L101"
        press(page, "r")
        assert current(page) == "L301"
        press(page, "f")
        assert not page.is_visible("#L301")
        press(page, "c", "Shift+F", "Shift+F")
        assert current(page) == "L500"


def test_keys_rest_while_a_field_has_focus(opened: Opened) -> None:
    with opened(long_rollout()) as page:
        press(page, "/", "c")
        assert page.input_value("[data-find]") == "c"
        press(page, "Backspace", "Escape", "c")
        assert current(page) == "L100"


def test_find_counts_marks_and_opens_the_fold_that_it_lands_in(opened: Opened) -> None:
    with opened(long_rollout()) as page:
        press(page, "Shift+F")
        assert not page.is_visible("#L400")
        page.fill("[data-find]", "A NEEDLE")
        expect(page.locator("[data-hits]")).to_have_text("1 of 1")
        assert current(page) == "L400"
        assert page.is_visible("#L400")
        assert page.evaluate("[...CSS.highlights.get('hit')].map(String).join()") == "a needle"
        page.fill("[data-find]", "line 10")  # lines 10, 100 ... 109: eleven
        expect(page.locator("[data-hits]")).to_have_text("1 of 11")
        press(page, "Enter", "Enter")
        assert page.inner_text("[data-hits]") == "3 of 11"
        press(page, "Shift+Enter")
        assert page.inner_text("[data-hits]") == "2 of 11"
        assert current(page) == "L100"
        page.fill("[data-find]", r"\frac{1}")
        expect(page.locator("[data-hits]")).to_have_text("1 of 1")
        assert current(page) == "L50"
        page.fill("[data-find]", "nowhere")
        expect(page.locator("[data-hits]")).to_have_text("not found")


def test_the_strip_follows_scrolling(opened: Opened) -> None:
    with opened(long_rollout()) as page:
        page.wait_for_timeout(200)
        begin, end = strip(page)
        assert begin < 1
        assert 2 < end < 20
        page.evaluate("document.querySelector('[data-trace]').scrollTop = 1e9")
        wait_until(page, lambda: strip(page)[0] > 80)
        press(page, "Shift+C", "Shift+C")
        wait_until(page, lambda: strip(page)[0] < 100 * 300 / 600 < strip(page)[1])


def test_maths_and_raw_swap_in_place_and_keep_the_line(opened: Opened) -> None:
    with opened(long_rollout(), "#L50") as page:
        assert page.locator("#L50 mfrac").count() == 1
        press(page, "m")
        assert page.inner_text("#L50 p") == r"here \(\frac{1}{2}\) stands"
        assert "raw=1" in page.url
        assert page.url.endswith("#L50")
        press(page, "m")
        assert page.locator("#L50 mfrac").count() == 1


def test_hostile_text_is_text(opened: Opened) -> None:
    with opened(long_rollout(), "#L60") as page:
        assert page.inner_text("#L60 p") == HOSTILE
        assert page.locator(".trace img").count() == 0


def test_a_permalink_into_a_part_that_is_not_shown_goes_there(opened: Opened) -> None:
    with opened(long_rollout(13_000), "#L12900") as page:
        page.wait_for_url("**line=12900**")
        page.wait_for_selector("#L12900[aria-current]")
        assert in_view(page, "L12900")


def test_a_line_of_half_a_million_characters_opens_and_is_searched(opened: Opened) -> None:
    words = "some words of one long line " * 18_000
    row = stored([rollout(turns=(attempt(f"{words}needle {words}", "4"),))]).rollouts.get()
    with opened(row) as page:
        page.fill("[data-find]", "needle")
        expect(page.locator("[data-hits]")).to_have_text("1 of 1")
        assert page.evaluate("[...CSS.highlights.get('hit')].map(String).join()") == "needle"
