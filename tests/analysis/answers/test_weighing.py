"""The probability of a mention in company is that of the features that training learns from."""

import pytest

from analysis.answers.extract.company import company_of
from analysis.answers.extract.mention import Mention
from analysis.answers.extract.weighing import probabilities, probabilities_alone, shipped, sigmoid, together


def test_a_cue_takes_the_place_of_the_feature_of_company_with_its_name() -> None:
    weights = shipped()["math"]
    assert "earlier" in weights.alone
    # Both lines call 4 the answer, so that the second has the cue and the feature "earlier" at once.
    cues = [frozenset({"answer_is", "copula"}), frozenset({"answer_is", "copula", "earlier"})]
    mentions = [Mention(line, line - 1, 10 * line, 10 * line + 1, "4", own) for line, own in enumerate(cues, 1)]
    company = company_of(mentions, probabilities_alone(mentions, weights))
    assert company[1]["earlier"] == 1.0
    rows = [together(mention, row) for mention, row in zip(mentions, company, strict=True)]
    plain = [sum(value * weights.company.get(name, 0.0) for name, value in row.items()) for row in rows]
    assert probabilities(mentions, weights) == pytest.approx([sigmoid(weights.company_bias + x) for x in plain])
