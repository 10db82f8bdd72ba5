"""Worlds in which some accounts fade, rules that try to notice, and how well each of them does."""
