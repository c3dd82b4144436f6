"""Tables of the lab that leave as files."""
