"""The questionnaire: what a model sees, what its reply counts, and what is never made up."""

import math

import pytest

from analysis.asking import Ask, Reply
from analysis.protocols.conduct import Item, ProtocolFailed
from analysis.protocols.lab.presenting import ITEM_TEMPLATES
from analysis.protocols.lab.questionnaire import QUESTIONNAIRE
from analysis.protocols.settings import SettingRefused
from analysis.psychometrics.frames import STATUSES
from analysis.types import Problem
from tests.analysis.protocols.driving import by, drive, listed

ITEM = Item(Problem("I like plans.", key="c1"))
FORM = Item(Problem("1. I like plans.\n2. I talk a lot.\n3. I worry.", key="form"))


def given(reply: str, **settings: object) -> dict[str, float]:
    return dict(drive(QUESTIONNAIRE, ITEM, listed([reply]), settings)[0].rollouts[0].scores)


def test_a_number_is_the_answer_as_the_instrument_counts_it() -> None:
    assert given("4") == {"status/c1": 0, "answer/c1": 4}


def test_a_flipped_scale_is_told_in_the_instruments_own_values() -> None:
    """Shown from the other end, 1 is "Agree strongly", which counts 5; the words count as they read."""
    assert given("1", directions=["flipped"])["answer/c1"] == 5
    assert given("Agree strongly", directions=["flipped"])["answer/c1"] == 5


def test_a_digit_of_another_script_is_that_number() -> None:
    assert given("\u0664")["answer/c1"] == 4


def test_letters_stand_for_the_order_in_which_options_are_shown() -> None:
    assert given("B", marks="letters")["answer/c1"] == 2
    assert given("B", marks="letters", orders=["reversed"])["answer/c1"] == 4
    assert given("b) Agree", marks="letters", orders=["reversed"])["answer/c1"] == 4


def test_a_reversed_list_keeps_the_meaning_of_its_numbers() -> None:
    assert given("2", orders=["reversed"])["answer/c1"] == 2


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("As an AI, I have no plans.", "refused"),
        ("3.5", "off the scale"),
        ("7", "off the scale"),
        ("4 or 5", "several answers"),
        ("同意", "unread"),
        ("третий", "unread"),
        ("", "empty"),
        ("<think>4 fits.</think>", "empty"),
    ],
)
def test_what_cannot_be_read_has_a_status_and_no_value(reply: str, status: str) -> None:
    scores = given(reply)
    assert STATUSES[int(scores.pop("status/c1"))] == status
    assert scores == {}


def test_a_letter_is_no_number_and_a_number_no_letter() -> None:
    assert given("4", marks="letters").keys() == {"status/c1"}
    assert given("I agree with B.", marks="letters").get("answer/c1") == 4, "the words of an option count"


def test_every_template_shows_the_statement_and_the_options() -> None:
    for name in ITEM_TEMPLATES:
        asked = drive(QUESTIONNAIRE, ITEM, listed(["4"]), {"templates": [name]})[1].asks[0].messages[-1].text
        assert "I like plans." in asked
        assert "5. Agree strongly" in asked


def test_the_whole_form_is_read_line_by_line() -> None:
    reply = "1. 4\nItem 2: strongly\n(3) Agree strongly\n3. 5"
    settings = {"given": "form", "items": ["c1", "e1", "n1"]}
    made = drive(QUESTIONNAIRE, FORM, listed([reply]), settings)[0].rollouts[0]
    assert made.scores == {"status/c1": 0, "answer/c1": 4, "status/e1": 4, "status/n1": 0, "answer/n1": 5}


def test_the_whole_form_counts_what_is_missing_twice_or_refused() -> None:
    settings = {"given": "form", "items": ["c1", "e1", "n1"]}
    two = drive(QUESTIONNAIRE, FORM, listed(["1. 4\n1. 5"]), settings)[0].rollouts[0].scores
    assert [STATUSES[int(two[f"status/{item}"])] for item in ("c1", "e1", "n1")] == [
        "several answers",
        "empty",
        "empty",
    ]
    bare = drive(QUESTIONNAIRE, FORM, listed(["4, 2, 5"]), settings)[0].rollouts[0].scores
    assert [bare[f"answer/{item}"] for item in ("c1", "e1", "n1")] == [4, 2, 5]
    no = drive(QUESTIONNAIRE, FORM, listed(["As an AI I cannot say."]), settings)[0].rollouts[0].scores
    assert set(no.values()) == {1.0}


def likely(shares: dict[str, float]) -> object:
    """Likelihoods by the label behind a mark, so that they follow the option and not its place."""

    def answer(ask: Ask) -> Reply:
        lines = dict(line.split(". ", 1) for line in ask.messages[-1].text.split("\n") if line[1:3] == ". ")
        return Reply(continuations=tuple(math.log(shares[lines[mark]]) for mark in ask.continuations))

    return by(answer)


def test_likelihoods_give_the_likeliest_option_and_the_mean() -> None:
    """Shares .1 .1 .2 .5 .1: the mean is .1 + .2 + .6 + 2 + .5 = 3.4."""
    labels = ["Disagree strongly", "Disagree", "Neither agree nor disagree", "Agree", "Agree strongly"]
    answer = likely(dict(zip(labels, (0.1, 0.1, 0.2, 0.5, 0.1), strict=True)))
    made = drive(QUESTIONNAIRE, ITEM, answer, {"read_by": "likelihood"})[0].rollouts[0]  # type: ignore[arg-type]
    assert made.scores["answer/c1"] == 4
    assert made.scores["expected/c1"] == pytest.approx(3.4)
    assert made.scores["p/c1/3"] == pytest.approx(0.2)


def test_a_preference_for_the_first_place_is_averaged_away_over_both_orders() -> None:
    """Mark A always has .6, the others .1: option 1 has .6 and .1, option 5 .1 and .6: no option is the likeliest."""
    answer = by(lambda ask: Reply(continuations=tuple(math.log(0.6 if m == "A" else 0.1) for m in ask.continuations)))
    settings = {"read_by": "likelihood_both", "marks": "letters"}
    made, driven = drive(QUESTIONNAIRE, ITEM, answer, settings)
    scores = made.rollouts[0].scores
    assert len(driven.asks) == 2
    assert scores["expected/c1"] == pytest.approx(3.0)
    assert "answer/c1" not in scores


def test_an_engine_without_likelihoods_is_read_by_its_words() -> None:
    answer = by(lambda ask: Reply(continuations=(None,) * 5) if ask.continuations else Reply("2"))
    made, driven = drive(QUESTIONNAIRE, ITEM, answer, {"read_by": "likelihood"})
    assert made.rollouts[0].scores == {"status/c1": 0, "answer/c1": 2}
    assert len(driven.asks) == 2


def test_a_server_that_refuses_to_show_likelihoods_is_read_by_its_words() -> None:
    """A request for likelihoods alone ends with an error there; the item does not."""
    refused = Reply(finish_reason="error", error="the server shows no log-probabilities of the prompt")
    made, driven = drive(
        QUESTIONNAIRE,
        ITEM,
        by(lambda ask: refused if ask.continuations else Reply("2")),
        {"read_by": "likelihood_both"},
    )
    assert made.rollouts[0].scores == {"status/c1": 0, "answer/c1": 2}
    assert len(driven.asks) == 3


def test_an_error_of_the_engine_is_a_failed_unit_not_an_answer() -> None:
    with pytest.raises(ProtocolFailed, match="the reply failed: timeout"):
        drive(QUESTIONNAIRE, ITEM, by(lambda _: Reply(finish_reason="error", error="timeout")))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"options": [[1, "no"]]}, "there are 1 options"),
        ({"options": ["x"]}, "must be pairs"),
        ({"templates": ["rat"]}, "unknown template 'rat'"),
        ({"templates": ["{statement}?"]}, "options"),
        ({"orders": ["sideways"]}, "orders is"),
        ({"given": "form"}, "needs its items"),
        ({"read_by": "likelihood_both", "orders": ["", "reversed"]}, "takes both by itself"),
    ],
)
def test_settings_that_make_no_sense_together_are_refused(settings: dict[str, object], said: str) -> None:
    with pytest.raises(SettingRefused, match=said):
        QUESTIONNAIRE.settle(settings)
