"""Rows of a training set read back from JSON lines, each checked against its schema. Knows no method."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.errors import UserError
from analysis.training.rows import Shape
from analysis.training.schemas import faults


class BadTrainingSet(UserError):
    """A line that is no row of the shape; the message names the line and each fault."""


def read_rows(lines: Iterable[str], shape: Shape) -> Iterator[dict[str, Any]]:
    """The rows of a training set of this shape; empty lines are passed over.

    Raises BadTrainingSet for a line that is no JSON or does not fit the schema.

    >>> list(read_rows(['{"id": 1}'], Shape.PROMPTS))
    Traceback (most recent call last):
    ...
    analysis.training.reading.BadTrainingSet: line 1: id: is int, must be string; prompt: missing; gold: missing;
    metadata: missing
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            row = _parsed(line, number)
            if found := faults(row, shape):
                raise BadTrainingSet(f"line {number}: {'; '.join(found)}")
            yield row


def written(row: dict[str, Any]) -> str:
    """A row as one line of JSON, without its end."""
    return json.dumps(row, ensure_ascii=False)


def _parsed(line: str, number: int) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadTrainingSet(f"line {number}: no JSON ({error})") from None
