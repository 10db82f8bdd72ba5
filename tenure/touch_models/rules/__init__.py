"""Decisions of touch models; pure."""
