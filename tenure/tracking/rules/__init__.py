"""Decisions of tracking, pure: what a call says, what is refused, how use is counted."""
