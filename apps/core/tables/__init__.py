"""Tables that leave in files: columns with their meaning, rows in batches, formats. Knows no row of the application."""
