"""What people say of steps, spans, rollouts and pairs of spans: schemes of labels, and labels as plain rows.

Knows no page and no database; agreement between people is in `analysis.agreement`.
"""
