"""Text cells of CSV that a spreadsheet would run as a formula, made harmless and restored. Knows no columns.

An apostrophe goes before = + - @ tab and CR, and before apostrophes that stand before one of these, so that every text
comes back as it was.
"""

import re

DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")


def neutralised(cell: str) -> str:
    """
    >>> neutralised("=1+1"), neutralised("'=1+1"), neutralised("1+1"), neutralised("'tis")
    ("'=1+1", "''=1+1", '1+1', "'tis")
    """
    return f"'{cell}" if DANGEROUS.match(cell) else cell


def restored(cell: str) -> str:
    """
    >>> restored("'=1+1"), restored("''=1+1"), restored("'tis"), restored("=1+1")
    ('=1+1', "'=1+1", "'tis", '=1+1')
    """
    return cell[1:] if NEUTRALISED.match(cell) else cell
