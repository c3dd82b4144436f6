"""Pure Python over numpy, polars and scipy: reads traces, extracts, grades and measures.

Knows no web, queue, database, model library or clock.
"""
