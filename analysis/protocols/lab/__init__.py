"""Protocols of the psychology lab: a questionnaire and behavioural tasks, each over one grid of conditions.

Every rollout says in its condition which cell of the grid it is of, and in its scores what was read of the reply.
"""
