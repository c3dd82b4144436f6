"""Labelling in a real browser: by keyboard alone, undone, offline and back, in two tabs, on characters of any plane."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.labelling.shipped import SCHEMES
from apps.annotation.models import Assignment, Comment, Decision, Scheme
from apps.traces.models import Rollout, Text
from tests.annotation import build as annotation
from tests.e2e.desks import desk, press, real_reasoning, rollout_of, saved

pytestmark = pytest.mark.django_db(transaction=True)

LINES = "Two and two.\n\nSo it is 5.\nWait, is it?\nAgain: 4.\nThe answer is 4."
HIGH = "Let 𝑥 = 2 😀 then\nso \\(\\frac{𝑥}{2}\\) is 1 🧮 here, 𝑦 too\nlast 𝑧 line"


def shipped(rollouts: list[Rollout], name: str = "reflection", segmentation: str = "line") -> Scheme:
    plain = SCHEMES[name]
    return Scheme.objects.create(
        project=rollouts[0].collection.project,
        name=name,
        kinds=[kind.as_json() for kind in plain.kinds],
        many=plain.many,
        segmentation=segmentation,
    )


def small(many: bool = True, text: str = LINES) -> tuple[list[Rollout], Scheme]:
    rollouts = rollout_of(text)
    return rollouts, annotation.scheme(rollouts[0].collection.project, many=many)


def test_a_real_trace_is_labelled_by_keyboard_alone(
    browser: Browser, live_server: object, shared: Path, axe: Callable[[Page], list[str]]
) -> None:
    reasoning = real_reasoning(shared)
    rollouts = rollout_of(reasoning, LINES)
    lines = [line for line in reasoning.split("\n") if line.strip()]
    with desk(browser, str(live_server), shipped(rollouts), rollouts) as place:
        page = place.page()
        press(page, "j", "7", "j", "7", "2", "Shift+J", "Shift+J", "4")
        saved(page)
        assert place.seen == [
            ("restate", "", lines[0]),
            ("restate", "", lines[2]),
            ("verify", "", lines[3]),
            *(("doubt", "", line) for line in lines[4:7]),
        ]
        press(page, "k", "h", "k", "k", "Enter")
        saved(page)
        relation = next(label for label in place.labels if label.is_relation)
        assert relation.first is not None
        assert relation.other is not None
        assert (relation.name, place.characters(relation.first), place.characters(relation.other)) == (
            "verifies",
            lines[6],
            lines[3],
        )
        press(page, "t")
        page.keyboard.type("not sure")
        press(page, "Enter")
        saved(page)
        press(page, "!")
        assert Comment.objects.get().text == "not sure"
        expect(page.get_by_role("button", name="Flag")).to_have_attribute("aria-pressed", "true")
        page.keyboard.type("odd")
        press(page, "Enter")
        expect(page.locator("[data-told]")).to_have_text("Flagged for the leads.")
        assert axe(page) == []
        press(page, "Control+Enter")
        page.wait_for_url(lambda url: not url.split("#")[0].endswith(f"/{place.item.pk}/"))
        expect(page.locator("body[data-labelling=ready]")).to_be_attached()
        done = Assignment.objects.get(item=place.item)
        assert (done.state, done.is_flagged, done.flag_reason) == ("done", True, "odd")


def test_a_value_is_guessed_and_enter_keeps_it(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        press(page, "j", "j", "1")
        expect(page.locator("[data-value-box] input")).to_be_focused()
        press(page, "Enter", "j", "1")
        page.keyboard.type("four")
        press(page, "Enter")
        expect(page.locator("#L6")).to_have_attribute("aria-current", "true")
        saved(page)
        assert place.seen == [("candidate", "5", "So it is 5."), ("candidate", "four", "Again: 4.")]
        press(page, "u", "u")
        saved(page)
        assert place.seen == [("candidate", "5", "So it is 5.")]


def test_suggestions_are_walked_accepted_rejected_and_taken_back(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    first = annotation.suggestion(scheme, rollouts[0], "candidate", 14, 25, "5")
    second = annotation.suggestion(scheme, rollouts[0], "candidate", 39, 48, "4")
    with desk(browser, str(live_server), scheme, rollouts) as place:
        place.item.queue.suggestions = "default@1"
        place.item.queue.save()
        page = place.page()
        assert place.labels == []
        press(page, "r", "Enter")
        expect(page.locator("#L5")).to_have_attribute("aria-current", "true")
        press(page, "x")
        saved(page)
        assert place.seen == [("candidate", "5", "So it is 5.")]
        decided = {each.suggestion_id: each.is_accepted for each in Decision.objects.all()}
        assert decided == {first.pk: True, second.pk: False}
        expect(page.locator(".trace .tag.suggested")).to_have_count(0)
        press(page, "u")
        expect(page.locator(".trace .tag.suggested")).to_have_count(1)
        press(page, "u")
        saved(page)
        assert place.seen == []
        assert Decision.objects.count() == 0
        expect(page.locator(".trace .tag.suggested")).to_have_count(2)
        press(page, "Shift+U", "Shift+U")
        saved(page)
        assert place.seen == [("candidate", "5", "So it is 5.")]
        assert Decision.objects.count() == 2


def test_undo_takes_back_any_act_one_by_one(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small(many=False)
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        press(page, "j", "2", "3", "k", "k", "3", "b", "k", "k", "0")
        saved(page)
        assert sorted(label.name for label in place.labels) == ["doubt", "good"]
        for expected in (
            ["good", "doubt", "doubt"],
            ["doubt", "doubt"],
            ["verify", "doubt"],
            ["verify"],
            [],
        ):
            press(page, "u")
            saved(page)
            assert sorted(label.name for label in place.labels) == sorted(expected)
        press(page, "u")
        expect(page.locator("[data-told]")).to_have_text("Nothing to undo.")


def test_a_lost_connection_loses_nothing_even_when_the_tab_is_closed(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        context = place.context()
        page = place.page(context)
        context.set_offline(True)
        press(page, "j", "2", "3", "2")
        expect(page.locator("[data-saved]")).to_have_text("3 not saved yet; trying again")
        expect(page.locator(".trace .tag")).to_have_count(3)
        assert place.labels == []
        page.close()
        context.set_offline(False)
        page = place.page(context)
        saved(page)
        expect(page.locator(".trace .tag")).to_have_count(3)
        assert [each.name for each in place.labels] == ["verify", "doubt", "verify"]
        context.set_offline(True)
        press(page, "j", "3")
        expect(page.locator("[data-saved]")).to_contain_text("1 not saved yet")
        context.set_offline(False)
        saved(page)
        assert len(place.labels) == 4
        assert all("ERR_INTERNET_DISCONNECTED" in each for each in place.complaints)
        place.complaints.clear()


def test_who_was_logged_out_is_told_and_loses_nothing(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        context = place.context()
        page = place.page(context)
        cookies = context.cookies()
        context.clear_cookies(name="sessionid")
        press(page, "j", "2")
        expect(page.locator("[data-trouble]")).to_contain_text("you are logged out; log in again in another tab")
        assert place.labels == []
        context.add_cookies(cookies)  # type: ignore[arg-type]
        saved(page)
        expect(page.locator("[data-trouble]")).to_be_hidden()
        assert [each.name for each in place.labels] == ["verify"]


def test_a_corrected_value_of_a_suggestion_stays_an_acceptance(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    suggested = annotation.suggestion(scheme, rollouts[0], "candidate", 14, 25, "6")
    with desk(browser, str(live_server), scheme, rollouts) as place:
        place.item.queue.suggestions = "default@1"
        place.item.queue.save()
        page = place.page()
        press(page, "r", "1")
        expect(page.locator("[data-value-box] input")).to_have_value("6")
        page.keyboard.type("5")
        press(page, "Enter")
        saved(page)
        assert place.seen == [("candidate", "5", "So it is 5.")]
        decision = Decision.objects.get(suggestion=suggested)
        assert decision.label is not None
        assert (decision.is_accepted, decision.label.value) == (True, "5")
        press(page, "u", "u")
        saved(page)
        assert (place.seen, Decision.objects.count()) == ([], 0)


def test_a_suggestion_for_the_whole_rollout_is_taken_by_its_key(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    suggested = annotation.suggestion(scheme, rollouts[0], "good", 0, 1)
    suggested.start = suggested.end = suggested.turn_index = suggested.text_hash = None
    suggested.save()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        place.item.queue.suggestions = "default@1"
        place.item.queue.save()
        page = place.page()
        expect(page.locator("[data-whole] .tag.suggested")).to_have_count(1)
        press(page, "b")
        expect(page.locator("[data-whole] .tag:not(.suggested)")).to_have_count(1)
        saved(page)
        assert [each.name for each in place.labels] == ["good"]
        assert Decision.objects.get().is_accepted


def test_one_line_of_a_hundred_thousand_characters_is_labelled_by_sentences(
    browser: Browser, live_server: object
) -> None:
    rollouts = rollout_of("So 𝑥 😀 is \\(\\frac{1}{2}\\) here. " * 3_000)
    scheme = shipped(rollouts, segmentation="sentence")
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        for number in range(5):
            press(page, "n", "2" if number % 2 else "3")
        press(page, "v", "ArrowRight", "4")
        saved(page)
        sentence = "So 𝑥 😀 is \\(\\frac{1}{2}\\) here."
        assert place.seen == [
            *((("verify" if n % 2 else "new_approach"), "", sentence) for n in (0, 1, 2, 3, 4)),
            ("doubt", "", "𝑥"),
        ]


def test_two_tabs_and_two_browsers_of_one_person_show_the_same(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        context = place.context()
        here, there, elsewhere = place.page(context), place.page(context), place.page()
        press(here, "j", "2")
        expect(there.locator("#L1 .tag")).to_have_text("2Verify")
        saved(here)
        expect(elsewhere.locator(".trace .tag")).to_have_count(0)
        press(elsewhere, "j", "j", "3")
        expect(elsewhere.locator(".trace .tag")).to_have_count(2)
        saved(elsewhere)
        press(there, "j", "j", "j", "2")
        expect(there.locator(".trace .tag")).to_have_count(3)
        expect(here.locator(".trace .tag")).to_have_count(3)
        press(there, "u")
        saved(there)
        assert [each.name for each in place.labels] == ["verify", "doubt"]
        in_memory = "500"  # the test's database refuses two requests at once, which the page takes as a lost connection
        place.complaints[:] = [each for each in place.complaints if in_memory not in each]


@pytest.mark.parametrize("query", ["", "?raw=1"])
def test_offsets_are_code_points_of_the_text_whatever_is_shown(
    browser: Browser, live_server: object, query: str
) -> None:
    rollouts, scheme = small(text=HIGH)
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page(query=query)
        assert page.locator("#L2 mfrac").count() == (0 if query else 1)
        press(page, "j", "2", "v", "ArrowRight", "3")
        press(page, "End", "ArrowLeft", "Shift+ArrowLeft", "3", "Escape", "j", "2")
        saved(page)
        formula = "\\(\\" if query else "\\(\\frac{𝑥}{2}\\)"
        first, _, last = HIGH.split("\n")
        assert place.seen == [
            ("verify", "", first),
            ("doubt", "", formula),
            ("doubt", "", ", 𝑦"),
            ("verify", "", last),
        ]
        assert painted(page, "label-4")[-1] == ", 𝑦"
        if not query:
            press(page, "m")
            assert painted(page, "label-4") == [formula, ", 𝑦"]


def painted(page: Page, name: str) -> list[str]:
    """The characters under each range of a highlight; those of formulas that are shown as maths are not told."""
    found: list[str] = page.evaluate(
        """(name) => [...CSS.highlights.get(name)].map((each) => {
          const range = document.createRange();
          range.setStart(each.startContainer, each.startOffset);
          range.setEnd(each.endContainer, each.endOffset);
          return range.toString();
        })""",
        name,
    )
    return found


def test_what_the_mouse_selected_is_labelled_by_its_key(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small(text=HIGH)
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        select = """() => {
          const [formula, after] = [document.querySelector('#L2 math'), document.querySelector('#L2 p').lastChild];
          window.getSelection().setBaseAndExtent(formula.firstChild, 0, after, 9);
        }"""
        page.evaluate(select)
        press(page, "3")
        saved(page)
        assert place.seen == [("doubt", "", "\\(\\frac{𝑥}{2}\\) is 1 🧮")]


@pytest.mark.parametrize("segmentation", ["sentence", "paragraph"])
def test_steps_of_other_segmentations_are_painted_and_labelled(
    browser: Browser, live_server: object, segmentation: str
) -> None:
    rollouts = rollout_of("One 😀. Two is two. Three.\nFour.\n\nFive, at last.")
    scheme = shipped(rollouts, segmentation=segmentation)
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        press(page, "j", "j")
        step = "\n".join(painted(page, "step"))
        assert step == {"sentence": "Two is two.", "paragraph": "Five, at last."}[segmentation]
        press(page, "2")
        saved(page)
        assert place.seen == [("verify", "", step)]


def test_a_text_that_became_another_is_refused_and_what_was_done_can_be_kept(
    browser: Browser, live_server: object, tmp_path: Path
) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        turn = rollouts[0].turns.get(index=1)
        turn.text = Text.objects.create(hash=b"0" * 32, n_chars=3, body=b"")
        turn.save()
        press(page, "j", "2")
        expect(page.locator("[data-trouble]")).to_contain_text("1 refused: turn 1 has another text")
        expect(page.locator(".trace .tag")).to_have_count(0)
        with page.expect_download() as download:
            page.get_by_role("button", name="Keep them as a file").click()
        kept = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert [each["act"]["name"] for each in kept["refused"]] == ["verify"]
        expect(page.locator("[data-trouble]")).to_be_hidden()


def test_a_deleted_rollout_stops_the_page_and_the_acts_can_be_kept(browser: Browser, live_server: object) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page()
        rollouts[0].delete()
        press(page, "j", "2", "3")
        expect(page.locator("[data-trouble]")).to_contain_text("the item, or its rollout, is gone")
        with page.expect_download() as download:
            page.get_by_role("button", name="Keep them as a file").click()
        kept = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert [each["name"] for each in kept["unsent"]] == ["verify", "doubt"]
        assert any("404" in each for each in place.complaints)
        place.complaints.clear()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_is_accessible_on_a_narrow_screen_in_both_themes(
    browser: Browser, live_server: object, theme: str, axe: Callable[[Page], list[str]]
) -> None:
    rollouts, scheme = small()
    with desk(browser, str(live_server), scheme, rollouts) as place:
        page = place.page(place.context(color_scheme=theme))
        press(page, "j", "2", "j", "1")
        assert axe(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
