"""Sensitivity to wording and order: small tables by hand, chance in closed form, known biases recovered."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from analysis.intervals import wilson
from analysis.psychometrics.frames import ANSWERS, empty
from analysis.psychometrics.item_shares import portion
from analysis.psychometrics.keying import compared, keyed
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from analysis.psychometrics.sensitivity import (
    chance_of_difference,
    chance_of_symmetry,
    order_biases,
    refusals,
    sensitivities,
    symmetries,
)
from tests.analysis.psychometrics.tables import answer, answers, by_items

ITEMS = [Statement(f"{k}", "openness", k % 2 == 1, f"pair {k // 2}") for k in range(40)]
CELLS = [
    Cell(order=order, template=template, direction=direction)
    for order, template, direction in product(("", "reversed"), ("rate", "agree"), ("", "flipped"))
]


def test_an_answer_is_turned_round_where_its_item_is_reversed_and_the_middle_takes_no_side() -> None:
    rows = keyed(answers([answer("a", 2), answer("b", 2, is_reversed=True), answer("c", 3), answer("d", None)]))
    assert rows["keyed"].to_list() == [2, 4, 3, None]
    assert rows["state"].to_list() == [-1, 1, 0, None]
    assert rows["n_options"].to_list() == [5] * 4


def test_sensitivity_is_the_share_of_items_that_change_sides_and_unread_pairs_are_counted() -> None:
    """Under two templates: a stays high (4, 5), b leaves the middle (3, 4), c changes sides (1, 5), d was refused."""
    rows = [*by_items([4, 3, 1, None], template="one"), *by_items([5, 4, 5, 2], template="two")]
    found = sensitivities(answers(rows))
    assert [each.way for each in found] == ["template"]
    assert (found[0].share.estimate, found[0].share.n, found[0].n_unread, found[0].n_pairs) == (2 / 3, 3, 1, 1)
    # of six sides four are high, one is the middle, one low: two dealt apart are the same in (16 + 1 + 1) / 36
    assert found[0].shuffled == pytest.approx(1 / 2)


def test_over_three_templates_the_pairs_of_templates_weigh_the_same() -> None:
    """Templates one, two: 1 of 2 differs; one, three: 0 of 1; two, three: 1 of 1 (b has no answer): mean 1/2."""
    rows = [
        *by_items([5, 5], template="one"),
        *by_items([1, 5], template="two"),
        *by_items([5, None], template="three"),
    ]
    found = sensitivities(answers(rows))[0]
    assert (found.share.estimate, found.n_pairs, found.n_unread) == (0.5, 3, 2)


def test_answers_of_other_sittings_are_not_compared() -> None:
    rows = [*by_items([5, 5], template="one"), *by_items([1, 1], template="two", sample=1)]
    assert sensitivities(answers(rows)) == []
    assert compared(answers(rows), "template").height == 0
    with pytest.raises(ValueError, match="'mood' is no way of asking"):
        compared(answers(rows), "mood")


def test_paraphrases_are_compared_as_keyed() -> None:
    """a and its opposite b (reversed): 5 and 1 say the same; c and d, both plain: 5 and 1 do not."""
    rows = [
        answer("a", 5, pair="x"),
        answer("b", 1, pair="x", is_reversed=True),
        answer("c", 5, pair="y"),
        answer("d", 1, pair="y"),
        answer("e", 4),
    ]
    found = sensitivities(answers(rows))[0]
    assert (found.way, found.share.estimate, found.share.n, found.share.n_items) == ("paraphrase", 0.5, 2, 2)


def test_symmetry_asks_for_the_very_same_answer() -> None:
    rows = [*by_items([4, 4, 1]), *by_items([4, 5, 1], order="reversed")]
    found = symmetries(answers(rows))[0]
    assert (found.share.estimate, found.chance) == pytest.approx((2 / 3, 0.2))


def test_the_share_that_picks_the_first_option_is_how_far_reversing_moves_raw_answers() -> None:
    """Always the first: 1 as they are, 5 reversed, of reversed items too: 4 / 4. Never: 0."""
    turned = [answer("a", 1), answer("b", 1, is_reversed=True), answer("c", 1)]
    reversed_ = [answer(name, 5, order="reversed", is_reversed=name == "b") for name in "abc"]
    always = order_biases(answers([*turned, *reversed_]))[0]
    assert (always.estimate, always.low, always.n_items) == (1.0, None, 3)
    never = order_biases(answers([*by_items([4, 2, 1]), *by_items([4, 2, 2], order="reversed")]))[0]
    assert never.estimate == pytest.approx(1 / 12)
    assert never.low is not None
    assert never.low < 0


@pytest.mark.parametrize("n_options", [2, 3, 4, 5, 6, 7, 11])
def test_chance_is_what_even_draws_give(n_options: int) -> None:
    """All pairs of options, counted one by one."""
    middle = (n_options + 1) / 2
    sides = [np.sign(value - middle) for value in range(1, n_options + 1)]
    differing = sum(one != two for one, two in product(sides, sides)) / n_options**2
    assert chance_of_difference(n_options) == pytest.approx(differing)
    assert chance_of_symmetry(n_options) == 1 / n_options


def test_a_scale_of_one_option_has_no_chance_level() -> None:
    for chance in (chance_of_difference, chance_of_symmetry):
        with pytest.raises(ValueError, match="at least two options, not 1"):
            chance(1)


@pytest.mark.parametrize("n_options", [4, 5])
def test_answers_at_random_reach_chance_in_every_way_and_are_said_to_be_noise(n_options: int) -> None:
    rng = np.random.default_rng(n_options)
    given = answers_of({"m": Respondent()}, ITEMS, CELLS * 5, rng, n_options=n_options)
    sample = pl.Series(np.repeat(np.arange(5), len(CELLS) * len(ITEMS)))
    value = pl.Series(rng.integers(1, n_options + 1, given.height).astype(np.float64))
    at_random = given.with_columns(sample=sample, value=value)
    for found in sensitivities(at_random):
        assert found.share.estimate == pytest.approx(chance_of_difference(n_options), abs=0.04)
        assert found.chance == pytest.approx(chance_of_difference(n_options))
        assert found.may_be_noise is True
    symmetry = symmetries(at_random)[0]
    assert symmetry.share.estimate == pytest.approx(1 / n_options, abs=0.04)


def test_one_that_knows_its_traits_is_not_noise_and_one_that_always_answers_alike_cannot_be_told() -> None:
    rng = np.random.default_rng(1)
    items = [Statement(f"{k}", "openness" if k % 4 < 2 else "extraversion", k % 2 == 1) for k in range(40)]
    sure = Respondent({"openness": 0.7, "extraversion": -0.7}, noise=0.2)
    found = sensitivities(answers_of({"m": sure}, items, CELLS, rng))
    assert [each.may_be_noise for each in found] == [False, False, False]
    alike = sensitivities(answers(by_items([5, 5], template="one") + by_items([5, 5], template="two")))[0]
    assert (alike.share.estimate, alike.shuffled, alike.may_be_noise) == (0.0, 0.0, None)


def test_one_that_is_high_in_every_trait_is_not_noise_for_its_raw_answers_follow_the_items() -> None:
    """Its keyed answers are nearly all on one side; dealt anew, raw ones (half of them low) would not be."""
    high = Respondent({"openness": 0.7}, noise=0.2)
    found = sensitivities(answers_of({"m": high}, ITEMS, CELLS, np.random.default_rng(3)))
    assert [each.may_be_noise for each in found] == [False] * len(found)
    assert all(each.shuffled is not None and 0.45 < each.shuffled < 0.65 for each in found)


def test_one_that_answers_alike_whatever_the_item_says_contradicts_itself_in_opposite_wordings() -> None:
    """Always 2: sides never change with the template, and always between an item and its opposite, as if dealt."""
    same = [answer(f"{k}", 2, is_reversed=k % 2 == 1, pair=f"{k // 2}", template=way) for k in range(8) for way in "ab"]
    found = {each.way: each for each in sensitivities(answers(same))}
    assert (found["template"].shuffled, found["template"].may_be_noise) == (0.0, None)
    assert (found["paraphrase"].share.estimate, found["paraphrase"].shuffled) == (1.0, 1.0)
    assert found["paraphrase"].may_be_noise is True


def test_one_that_takes_the_first_option_changes_with_order_but_not_with_the_template() -> None:
    first = Respondent({}, first_option=1.0)
    given = answers_of({"m": first}, ITEMS, CELLS, np.random.default_rng(2))
    shares = {each.way: each.share.estimate for each in sensitivities(given)}
    assert (shares["order"], shares["template"], shares["direction"]) == (1.0, 0.0, 0.0)
    assert symmetries(given)[0].share.estimate == 0.0
    assert order_biases(given)[0].estimate == 1.0


def test_refusals_and_unread_replies_are_shares_of_all_that_was_asked() -> None:
    rows = [answer("a", 4), answer("b", None), answer("c", None, status="several answers"), answer("d", None)]
    found = refusals(answers([*rows, answer("a", 1, model="other")]))
    assert [(each.model, each.refused.estimate, each.unread.estimate) for each in found] == [
        ("m", 0.5, 0.25),
        ("other", 0.0, 0.0),
    ]
    assert found[1].refused.reason == "one item: no interval over items"


def test_an_empty_table_says_nothing() -> None:
    nothing = empty(ANSWERS)
    assert [part(nothing) for part in (refusals, sensitivities, symmetries, order_biases)] == [[], [], [], []]


def test_the_interval_of_a_share_counts_items_and_not_answers() -> None:
    """Ten items, each answered alike 100 times, three of them events: s² / 10 = .3 · .7 / 9, an n of 9, less by t."""
    events = np.repeat([1.0] * 3 + [0.0] * 7, 100)
    items = np.repeat(np.arange(10), 100)
    found = portion(events, np.zeros(1000, dtype=np.int64), items)
    expected = wilson(0.3, 9 * (1.959964 / 2.262157) ** 2)
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=1e-5)
    assert (found.n, found.n_items) == (1000, 10)
    none = portion(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert (none.estimate, none.reason) == (None, "nothing to compare")
