"""Statistics of self-report and behaviour: how reliable answers are, what predicts what. Knows no instrument, no model.

An unreadable reply is missing here, never a midpoint.
"""
