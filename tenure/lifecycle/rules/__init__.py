"""Decisions of lifecycle; pure."""
