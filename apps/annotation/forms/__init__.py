"""What people send to the pages of annotation, checked, in the types that services take."""
