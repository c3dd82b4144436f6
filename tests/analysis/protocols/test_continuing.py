"""Continue from a step: where, what is kept, and what the continuations say of the steps."""

from dataclasses import replace

import pytest

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Item, ProtocolFailed
from analysis.protocols.continuing import CONTINUE, places_of
from analysis.protocols.importance import divergence
from analysis.protocols.settings import SettingRefused
from analysis.types import Span

from .driving import by, drive, listed
from .traces import ASKED, ITEM, SUM, TEXT, untagged


def offsets(**settings: object) -> list[tuple[int, int]]:
    return [tuple(place) for place in places_of(ITEM, CONTINUE.settle(settings))]  # type: ignore[misc]


def test_places_lie_behind_the_line_breaks_after_visible_steps() -> None:
    # lines of the reasoning: 1 is blank, 2 ends at 21 (+ two breaks), 4 at 41 (+ one), 5 at 54 (+ one)
    assert offsets() == [(7, 0), (23, 2), (42, 4), (55, 5)]


def test_paragraphs_are_fewer() -> None:
    assert offsets(segmentation="paragraph") == [(7, 0), (23, 1), (55, 2)]


def test_steps_can_be_chosen_or_thinned() -> None:
    assert offsets(steps="4,0") == [(7, 0), (42, 4)]
    assert offsets(every=2) == [(7, 0), (42, 4)]
    assert offsets(max_points=2) == [(7, 0), (55, 5)]


def test_a_step_that_the_trace_does_not_have_is_named() -> None:
    with pytest.raises(ProtocolFailed, match="the trace has no step 9; it has 5"):
        offsets(steps=[9])


def test_every_ask_continues_the_kept_text_with_a_seed_of_its_own() -> None:
    result, driven = drive(CONTINUE, ITEM, by(lambda _: "</think>\nThe answer is 42."), {"steps": "2", "n": 3})
    assert {ask.prefix for ask in driven.asks} == {"<think>\n17 + 25 = 41.\n\n"}
    assert {ask.messages for ask in driven.asks} == {ASKED}
    assert len({ask.seed for ask in driven.asks}) == 3
    assert [(made.parent_turn, made.parent_offset, made.sample) for made in result.rollouts] == [
        (1, 23, 0), (1, 23, 1), (1, 23, 2),
    ]  # fmt: skip


def test_a_continuation_holds_only_its_suffix_and_goes_on_with_the_thought() -> None:
    suffix = "I add: 42.\n</think>\n\nThe answer is 42. Confidence: 70%"
    result, _ = drive(CONTINUE, ITEM, listed([suffix]), {"steps": "2", "n": 1})
    (turn,) = result.rollouts[0].turns
    assert (turn.text, turn.answer, turn.confidence) == (suffix, "42", 0.7)
    # the thought that began in the prefix runs to the closing tag at 11; the response stands behind the tag
    assert turn.reasoning == Span(0, 11)
    assert turn.response == Span(19, len(suffix))


def test_a_continuation_that_never_closes_its_thought_is_all_reasoning() -> None:
    result, _ = drive(CONTINUE, ITEM, listed([Reply("I add", "length", n_tokens=2)]), {"steps": "2", "n": 1})
    (turn,) = result.rollouts[0].turns
    assert (turn.reasoning, turn.answer, result.rollouts[0].truncated) == (Span(0, 5), None, True)


def test_importance_is_the_change_of_accuracy_over_a_step() -> None:
    # before any step 1 of 4 is right, after step 2 none, after step 4 three, after step 5 all: changes -.25, .75, .25
    right = {7: 1, 23: 0, 42: 3, 55: 4}
    asked = dict.fromkeys(right, 0)

    def answer(ask: Ask) -> str:
        at = len(ask.prefix)
        asked[at] += 1
        return f"</think>\nThe answer is {42 if asked[at] <= right[at] else 41}."

    result, _ = drive(CONTINUE, ITEM, by(answer), {"n": 4})
    assert {name: score for name, score in result.scores.items() if name.startswith("resampling_importance/")} == {
        "resampling_importance/2": -0.25, "resampling_importance/4": 0.75, "resampling_importance/5": 0.25,
    }  # fmt: skip
    assert result.scores["resampled_accuracy/4"] == 0.75


def test_divergence_is_zero_for_equal_answers_and_grows_without_bound_only_by_epsilon() -> None:
    assert divergence([0, 1], [1, 0]) == 0
    # all mass where the other has none: log(1 / 1e-9) = 20.72
    assert divergence([0], [1]) == pytest.approx(20.72, abs=0.01)


def test_no_accuracy_is_given_where_only_symbolic_mathematics_could_tell() -> None:
    item = replace(ITEM, problem=replace(SUM, golds=("\\sin^2 x",)))
    result, _ = drive(CONTINUE, item, by(lambda _: "</think>\nThe answer is $1-\\cos^2 x$."), {"steps": "2", "n": 1})
    assert not any(name.startswith("resampled_accuracy") for name in result.scores)
    assert "1 answers have no gold or need symbolic mathematics" in result.remarks[0]


def test_failed_continuations_are_counted_and_the_rest_stays() -> None:
    replies: list[Reply | str] = [Reply(finish_reason="error", error="429"), "</think>\nThe answer is 42."]
    result, _ = drive(CONTINUE, ITEM, listed(replies), {"steps": "2", "n": 2})
    assert len(result.rollouts) == 1
    assert result.remarks == ("1 of 2 continuations failed, the first with: 429",)


def test_no_continuation_at_all_is_a_failure() -> None:
    with pytest.raises(ProtocolFailed, match="no continuation came back: down"):
        drive(CONTINUE, ITEM, by(lambda _: Reply(finish_reason="error", error="down")), {"steps": "2"})


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"steps": "1,x"}, "steps holds 'x'"), ({"n": 2, "temperature": 0}, "n is 2 at temperature 0")],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(SettingRefused, match=words):
        CONTINUE.settle(settings)


def test_an_item_without_a_rollout_or_text_fails() -> None:
    with pytest.raises(ProtocolFailed, match="starts from a rollout"):
        drive(CONTINUE, Item(SUM), listed([]))
    with pytest.raises(ProtocolFailed, match="no text to start from"):
        drive(CONTINUE, untagged(" \n"), listed([]))


def test_the_text_of_the_trace_is_what_the_tests_say() -> None:
    assert (TEXT[7:55].strip().split("\n")[0], TEXT[23:41], TEXT[42:54]) == (
        "17 + 25 = 41.",
        "Wait, 7 + 5 is 12.",
        "So it is 42.",
    )
