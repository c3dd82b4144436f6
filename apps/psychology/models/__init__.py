"""Rows of the psychology lab: instruments and their givings."""

from apps.psychology.models.administrations import Administration
from apps.psychology.models.instruments import Instrument

__all__ = ["Administration", "Instrument"]
