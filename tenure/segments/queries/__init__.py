"""Reads: which segments there are, who is in them and why, what a change would do, what there is to choose from."""
