"""Tables of runs that leave as files."""
