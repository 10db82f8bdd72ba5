"""Ids, enums, scorecards and frozen answers of health."""

HEALTH_SCORE = "health_score"
HEALTH_GRADE = "health_grade"
SOURCE = "health"
"""Where the traits are said to be from."""
