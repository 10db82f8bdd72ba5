"""Segments: which there are, who is in them and why, and what a change would do."""
