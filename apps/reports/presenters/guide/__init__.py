"""The guide: the pages of docs/ under Help. Knows no request and no database."""
