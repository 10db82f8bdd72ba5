"""Decisions of health, pure: reading scorecards, scoring all accounts at once, and saying what moved a score."""
