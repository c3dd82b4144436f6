"""A whole project as one file: what travels, how rows and bytes are written, and how they are checked and read."""
