"""How far people (or a model and people) agree on what they labelled. Knows no scheme, no database and no page."""
