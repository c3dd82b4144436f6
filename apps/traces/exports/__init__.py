"""Tables of projects, collections and rollouts that leave as files: their columns, and where the rows come from."""
