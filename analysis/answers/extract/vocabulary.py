"""Word lists of the cues. Knows no rule; each list says what its words mean for a reader of a sentence."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _set(
    """
    a an and are as at be been but by can could did do does each find for from given had has have he her
    his how i if in into is it its let many more most much must of off on one or our out over she should
    so some such than that the their them then there these they this those to two up us was we were what
    when where which who whose will with would you your value values answer express compute determine
    evaluate calculate simplify problem following expression all possible real number integer positive
    any every not no time per
    """
)
"""Words that carry no meaning of their own."""
OWN_HEADS = _set(
    """
    value values pair triple measure length magnitude degree solve integer integers number numbers
    fraction sum product
    """
)
""""The value of x" asks for x itself; "the slope of x" does not."""
WEAK_HEADS = _set(
    """
    value answer expression number result following possible real all many ordered
    """
)
"""Heads that name no quantity."""
NAMED_BY_FIRST_LETTER = _set(
    """
    radius area volume height distance perimeter probability speed time width length sum total diameter
    slope price cost
    """
)
"""Quantities that formulas name by their first letter."""
DISCOURSE = _set(
    """
    final correct right required desired total overall actual entire original whole first second third
    last next current given real exact therefore thus hence then finally now yes wait okay ok indeed
    just also still again mean means get gives gave equal equals equation result answer value
    calculation problem question number solution sum left step total only we've i've that's it's there's
    i'm
    """
)
"""Words of arguing, foreign to any question and yet no sign of another quantity."""
GOING_ON = _set(
    """
    is are and so which because since as in for from that then but or of to at by with when if was were
    would should be the a an not correct right yes total wait per here there also too again it this we i
    on over under plus minus times divided multiplied equals modulo mod has have can could into without
    regardless than where must only more less different distinct possible exactly
    """
)
"""Words after a number that do not say what it counts."""
MEASURES = _set(
    """
    inch inches foot feet ft cm centimeter centimeters mm km kilometer kilometers meter meters m mile
    miles yard yards unit units square cubic dollar dollars cent cents hour hours minute minutes second
    seconds degree degrees radian radians percent liter liters litre gram grams kg pound pounds mph
    """
)
"""Units of measure: what stands before them may be any quantity."""
RESULTS = _set(
    """
    result answer total value sum solution
    """
)
"""Names of an outcome."""
