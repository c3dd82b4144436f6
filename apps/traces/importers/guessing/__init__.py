"""Which field of an unknown file becomes what: by names first, then by what the values are."""
