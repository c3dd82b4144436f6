"""Kinds of values that stand in many schemas."""

from typing import Annotated

from ninja import Path
from pydantic import Field

LARGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""A key of a row, as it is sent in a body."""
PathId = Annotated[int, Path(..., ge=1, le=LARGEST_ID)]
"""A key of a row, as it stands in an address."""
