"""One file for each format that is known by name, and what several of them share. The table is in presets.py."""
