r"""Matrices of numbers and formulas, and when two are the same.

As Math-Verify 0.9.0 has it, a matrix is the same in any brackets, and never a number, a list or a formula.
"""

import re

from analysis.answers.cheap_sequences import Equal, ReadItem, all_of
from analysis.answers.cheap_values import Formula, Matrix, Number, Sequence, Value

MATRIX = re.compile(
    r"\\begin\{(?P<kind>[pbB]matrix)\}(?P<body>[^&\\]*(?:(?:&|\\(?!begin)).*)?)\\end\{(?P=kind)\}", re.DOTALL
)
MAX_CELLS = 50


def read_matrix(text: str, read_cell: ReadItem) -> Matrix | None:
    r"""The matrix that the whole of an unwrapped text is; None where a cell is no number or formula, or only one is.

    >>> from analysis.answers.cheap import read
    >>> [len(row) for row in read_matrix(r"\begin{pmatrix} 1 & \dfrac{1}{2} \\ 0 & 1 \end{pmatrix}", read).rows]
    [2, 2]
    """
    match = MATRIX.fullmatch(text)
    if match is None:
        return None
    cells = [[read_cell(cell.strip()) for cell in row.split("&")] for row in match["body"].split(r"\\")]
    rows = tuple(tuple(cell for cell in row if isinstance(cell, Number | Formula)) for row in cells)
    whole = {len(row) for row in cells} | {len(row) for row in rows} == {len(cells[0])}
    return Matrix(rows) if whole and 2 <= len(cells) * len(cells[0]) <= MAX_CELLS else None


def equal_matrices(gold: Value, answer: Value, equal: Equal) -> bool | None:
    r"""Whether two values of which one is a matrix are the same.

    >>> from analysis.answers.cheap import equal_values, read
    >>> one, other = (read(r"\begin{pmatrix}" + cells + r"\end{pmatrix}") for cells in ("1 & 2", "4/4 & 2"))
    >>> equal_matrices(one, other, equal_values), equal_matrices(one, read("[1, 2]"), equal_values)
    (True, False)
    """
    if isinstance(gold, Matrix) and isinstance(answer, Matrix):
        return _equal_cells(gold, answer, equal)
    other = answer if isinstance(gold, Matrix) else gold
    return False if isinstance(other, Number | Formula | Sequence) else None


def _equal_cells(gold: Matrix, answer: Matrix, equal: Equal) -> bool | None:
    if [len(row) for row in gold.rows] != [len(row) for row in answer.rows]:
        return False
    pairs = (pair for rows in zip(gold.rows, answer.rows, strict=True) for pair in zip(*rows, strict=True))
    return all_of(equal(a, b) for a, b in pairs)
