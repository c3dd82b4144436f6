"""Whether two small numbers are the same, in writing: digit beside digit, so that each look is at two tokens."""


def compared(said: int, value: int) -> str:
    """What was said against the value found, from the tens on, up to the first digits that differ.

    >>> compared(46, 56), compared(56, 56), compared(57, 56), compared(7, 56)
    ('46: 4/5 no', '56: 5/5, 6/6 yes', '57: 5/5, 7/6 no', '7: 0/5 no')
    """
    (tens, ones), (own_tens, own_ones) = divmod(said, 10), divmod(value, 10)
    if tens != own_tens:
        return f"{said}: {tens}/{own_tens} no"
    return f"{said}: {tens}/{own_tens}, {ones}/{own_ones} {'yes' if ones == own_ones else 'no'}"
