"""Tables of annotation that leave as files; for those who lead it."""
