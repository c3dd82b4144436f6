"""Writes of the traces app: import, analyse, correct, delete."""
