"""Shares of a population from a labelled sample: known numbers, weights, and what is refused and why."""

from collections.abc import Sequence

import pytest

from apps.accounts.models import Role
from apps.annotation.models import Layer, Queue
from apps.annotation.services.estimates import FIRST, Estimates, Refused, estimates_of
from apps.annotation.services.layers import gold_layer
from apps.annotation.services.people_sets import refresh
from apps.traces.models import Rollout
from apps.traces.services.analyses import ensured_analysis
from tests.annotation.hands import put, queue_of, rollouts_of, scheme_of
from tests.traces.pages import Visitor, visitor

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "The answer is 4.\nYes, the answer is 4.", "The answer is 5.\nNo, the answer is 4."


class Drawn:
    """Eight rollouts, four right at first and four wrong; half of each kind drawn, and labelled as they are."""

    def __init__(self, probability: float | None = 0.5) -> None:
        self.lead: Visitor = visitor(Role.OWNER)
        self.scheme = scheme_of(self.lead.project, "candidates")
        texts = [f"{RIGHT}{' ' * k}" for k in range(4)] + [f"{WRONG}{' ' * k}" for k in range(4)]
        self.rollouts: Sequence[Rollout] = rollouts_of(self.lead.project, texts)
        self.collection = self.rollouts[0].collection
        ensured_analysis(collection=self.collection)
        self.sample = [self.rollouts[k] for k in (0, 1, 4, 5)]
        self.queue: Queue = queue_of(self.scheme, self.sample, probability, n_population=8)
        self.layer: Layer = gold_layer(scheme=self.scheme)

    def label(self, rollouts: Sequence[Rollout]) -> None:
        for each in rollouts:
            first = "4" if each in self.rollouts[:4] else "5"
            put(self.layer, each, {1: ("candidate", first), 2: ("candidate", "4")})
        for made in refresh(layer=self.layer, actor=None):
            ensured_analysis(collection=made.collection, extractor=str(made))

    def estimates(self) -> Estimates:
        return estimates_of(self.queue, self.layer)


def test_labels_that_equal_the_rules_give_the_share_of_the_population() -> None:
    drawn = Drawn()
    drawn.label(drawn.sample)
    found = drawn.estimates()
    assert (found.n_population, found.n_drawn, found.n_labelled) == (8, 4, 4)
    rows = {row.label: row for row in found.rows}
    # one transition a rollout: T→T in four, F→T in four
    for label, share in {"T→T": 0.5, "F→T": 0.5, "T→F": 0.0, "F→F same": 0.0, FIRST: 0.5}.items():
        assert rows[label].together.value == pytest.approx(share)
        assert rows[label].labels.value == pytest.approx(share)
        assert rows[label].rules.value == pytest.approx(share)
    assert (rows[FIRST].labels.n, rows[FIRST].rules.n) == (4, 8)


def test_rollouts_that_were_less_likely_to_be_drawn_weigh_more() -> None:
    drawn = Drawn()
    drawn.queue.items.filter(rollout__in=drawn.sample[:2]).update(probability=1.0, stratum="right")
    drawn.queue.items.filter(rollout__in=drawn.sample[2:]).update(probability=0.25, stratum="wrong")
    drawn.label(drawn.sample)
    first = next(row for row in drawn.estimates().rows if row.label == FIRST)
    assert first.labels.value == pytest.approx(2 / (2 + 2 * 4))  # weights 1 and 4


def test_unlabelled_rollouts_of_a_stratum_leave_their_weight_to_the_labelled_ones() -> None:
    drawn = Drawn()
    drawn.queue.items.filter(rollout__in=drawn.sample[:2]).update(stratum="right")
    drawn.queue.items.filter(rollout__in=drawn.sample[2:]).update(stratum="wrong")
    drawn.label(drawn.sample[:3])
    found = drawn.estimates()
    assert found.n_labelled == 3
    first = next(row for row in found.rows if row.label == FIRST)
    assert first.labels.value == pytest.approx(0.5)  # 2·2 right, 1·4 wrong


def test_rollouts_that_were_chosen_are_refused() -> None:
    drawn = Drawn(probability=None)
    drawn.label(drawn.sample)
    with pytest.raises(Refused, match="were chosen, not drawn"):
        drawn.estimates()
    url = f"{drawn.lead.base}annotation/schemes/{drawn.scheme.pk}/gold/"
    page = drawn.lead.page(url)
    assert "No estimate." in page
    assert "were chosen, not drawn" in page


def test_a_population_that_grew_since_is_refused() -> None:
    drawn = Drawn()
    drawn.label(drawn.sample)
    rollouts_of(drawn.lead.project, ["The answer is 9."])
    with pytest.raises(Refused, match="was drawn from 8 rollouts, and there are 9 of them now"):
        drawn.estimates()


def test_without_labels_nothing_is_estimated() -> None:
    with pytest.raises(Refused, match="has labelled no rollout of queue 'Q'"):
        Drawn().estimates()


def test_the_page_shows_all_three_estimates_with_their_counts() -> None:
    drawn = Drawn()
    drawn.label(drawn.sample)
    page = drawn.lead.page(f"{drawn.lead.base}annotation/schemes/{drawn.scheme.pk}/gold/")
    assert "4 of 4 drawn rollouts labelled; the population has 8 rollouts." in page
    assert "first answer right" in page
