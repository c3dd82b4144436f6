"""What pages of reports show, from plain objects. Knows no request."""
