"""Whose answers the reliability page says are noise, and whose it must not: simulated respondents, no database."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.expected import TRAITS
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from analysis.psychometrics.shipped import INSTRUMENTS
from apps.psychology.presenters.trust import page_of
from apps.psychology.services.reliability import trust_of

ITEMS = [Statement(item.id, item.scale, item.is_reversed, item.pair) for item in INSTRUMENTS["afterthought-30"].items]
CELLS = [Cell(order=order, template=template) for order, template in product(("", "reversed"), ("rate", "agree"))]
USUAL = dict(zip(TRAITS, (0.5, 0.6, 0.3, 0.6, -0.5, 0.4), strict=True))
FIRM = {"low and high": USUAL, "all high": dict.fromkeys(TRAITS, 0.6), "all low": dict.fromkeys(TRAITS, -0.6)}


def banner(answers: pl.DataFrame) -> str:
    return page_of(trust_of(answers), lambda name: name).noise


def given(respondent: Respondent, repeats: int = 1) -> pl.DataFrame:
    cells = [cell._replace(sample=sample) for sample in range(repeats) for cell in CELLS]
    return answers_of({"m": respondent}, ITEMS, cells, np.random.default_rng(5))


@pytest.mark.parametrize("repeats", [1, 10])
@pytest.mark.parametrize("traits", FIRM.values(), ids=FIRM)
def test_a_sound_respondent_is_not_called_noise(traits: Mapping[str, float], repeats: int) -> None:
    """Nor where repeats agree so well that items of a trait share nothing but their level: alpha near 0."""
    assert banner(given(Respondent(traits, noise=0.2), repeats)) == ""


def test_a_sound_respondent_with_habits_of_its_own_is_not_called_noise() -> None:
    assert banner(given(Respondent(USUAL, acquiescence=0.2, first_option=0.1, refusal=0.2, noise=0.2), 2)) == ""


def at_random(answers: pl.DataFrame) -> pl.DataFrame:
    drawn = np.random.default_rng(6).integers(1, 6, answers.height).astype(np.float64)
    return answers.with_columns(value=pl.Series(drawn))


def test_answers_at_random_are_called_noise() -> None:
    said = banner(at_random(given(Respondent())))
    assert said.startswith("The answers of m cannot be told from noise: they change as often between two ways")
    assert said.endswith("Do not read their scores.")


def test_one_answer_to_everything_is_called_noise_even_where_no_item_has_its_opposite_beside_it() -> None:
    always = given(Respondent()).with_columns(value=pl.lit(4.0), pair=pl.lit(""))
    assert "on one side of the scale whether an item says a thing or its opposite" in banner(always)


def test_silence_is_called_noise_and_the_page_does_not_say_that_items_were_put_in_one_way() -> None:
    nothing = given(Respondent()).with_columns(value=pl.lit(None, pl.Float64), status=pl.lit("empty"))
    page = page_of(trust_of(nothing), lambda name: name)
    assert "cannot be told from noise: fewer than half of the replies could be read" in page.noise
    assert page.finding.startswith("Too few replies could be read to compare two ways")
