"""The one base of errors whose message a user may see. Knows nothing else."""


class UserError(Exception):
    """Something the user gave cannot be used; the message says what was read, where, and what to do."""
