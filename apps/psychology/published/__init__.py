"""Published runs of the lab's kind, read into sittings: one file for each study. The table is in table.py."""
