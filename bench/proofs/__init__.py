"""Simulations in which the truth is known, one file per measure; `python -m bench.prove` runs them on one grid."""
