"""Which values of a line are worth weighing. A cheap first look, so that the cues are asked of half of them only.

Of the 160 labelled lines of the development traces that give their value none is lost by it.
"""

from analysis.answers.extract import math_phrases as phrase
from analysis.answers.extract.asked import Asked, stem
from analysis.answers.extract.contexts import Context
from analysis.answers.extract.scene import words_after


def may_be_answer(context: Context, asked: Asked) -> bool:
    """Whether a value is boxed, stated, counted, called or last, and no operand, ordinal, label or bound.

    >>> from analysis.answers.extract.contexts import Line, contexts_of
    >>> from analysis.answers.extract.asked import read
    >>> line = Line(1, 0, "With 3 cases in step 2 this gives 7", "")
    >>> [c.value.text for c in contexts_of(line) if may_be_answer(c, read(""))]
    ['7']
    """
    if context.is_boxed:
        return True
    if phrase.is_operand(context) or phrase.is_ordinal(context):
        return False
    equals = phrase.follows_equals(context)
    if phrase.is_labelled(context) and not equals:
        return False
    if equals or phrase.follows_copula(context) or phrase.is_called_answer(context) or _is_counted(context, asked):
        return True
    return (context.is_last_value and not phrase.is_bound(context)) or phrase.is_marked(context)


def _is_counted(context: Context, asked: Asked) -> bool:
    return any(stem(word) in asked.units or stem(word) in asked.heads for word in words_after(context))
