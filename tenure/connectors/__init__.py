"""Moves records between us and other systems."""
