"""The choice of the candidate set on a page: whose candidates its numbers are of. Knows no numbers."""

from apps.core.templatetags.numbers import count
from apps.traces.presenters.filters import Select
from apps.traces.queries.candidate_sets import SetChoice, choices_of
from apps.traces.queries.standing import Standing


def source_select(standing: Standing) -> Select:
    """The default set is the open choice."""
    default, *others = choices_of(standing.collection)
    options = [(each.name, words_of(each, standing.collection.n_rollouts)) for each in others]
    value = "" if standing.extractor == default.name else standing.extractor
    return Select("extractor", "Candidates from", default.words, options, value)


def words_of(choice: SetChoice, n_rollouts: int) -> str:
    """
    >>> words_of(SetChoice("boxed@1", "Boxed", None), 9), words_of(SetChoice("m@7", "m@7 by a model", 5), 9)
    ('Boxed', 'm@7 by a model: 5 of 9')
    """
    if choice.n_read is None or choice.n_read == n_rollouts:
        return choice.words
    return f"{choice.words}: {count(choice.n_read)} of {count(n_rollouts)}"
