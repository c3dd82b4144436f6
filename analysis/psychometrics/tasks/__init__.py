"""Behavioural tasks: what is put to a model (problems made from a seed, in our own words) and what its replies say."""
