"""The figures of the dashboard, one file each: from a measure's rows to a card with plot, table and words."""
