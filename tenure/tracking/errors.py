"""What can go wrong in tracking."""


class IntakeLogAway(Exception):
    """The database behind the intake log cannot be reached; nothing was acknowledged."""


class NotStorable(Exception):
    """PostgreSQL will not take a value in this; trying again does not help."""
