"""Experimental protocols, one file each: what to ask next, and how to read the reply."""
