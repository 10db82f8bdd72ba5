"""Decisions about conditions, pure: reading and checking them, their text form, and how the engine computes them."""
