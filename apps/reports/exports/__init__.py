"""Every table of the application that leaves as a file, in one place."""
