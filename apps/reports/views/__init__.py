"""Views of reports, by what they are about."""
