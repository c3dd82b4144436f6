"""What the demo model learns from: problems, traces with made mistakes, and conversations. Knows no model.

Every choice comes from one rng that the caller gives, so a seed gives the same corpus everywhere.
"""
