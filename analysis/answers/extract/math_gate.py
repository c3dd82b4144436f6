"""Which values of a line are worth weighing. A cheap first look, so that the cues are asked of half of them only.

Of the 160 labelled lines of the development traces that give their value none is lost by it.
"""

from analysis.answers.extract.asked import Asked
from analysis.answers.extract.contexts import Context
from analysis.answers.extract.math_subjects import counted_follows
from analysis.answers.extract.signs import Signs, is_bound, is_labelled


def may_be_answer(context: Context, signs: Signs, asked: Asked) -> bool:
    """Whether a value is boxed, stated, counted, called or last, and no operand, ordinal, label or bound.

    >>> from analysis.answers.extract.contexts import Line, contexts_of
    >>> from analysis.answers.extract.asked import read
    >>> from analysis.answers.extract.signs import signs_of
    >>> line = Line(1, 0, "With 3 cases in step 2 this gives 7", "")
    >>> [c.text for c in contexts_of(line) if may_be_answer(c, signs_of(c), read(""))]
    ['7']
    """
    if context.is_boxed:
        return True
    if signs.is_operand or signs.is_ordinal:
        return False
    if signs.follows_equals:
        return True
    if is_labelled(context, signs):
        return False
    if signs.follows_copula or signs.is_called_answer:
        return True
    if counted_follows(context, asked):
        return True
    return (context.is_last_value and not is_bound(context, signs)) or signs.is_marked
