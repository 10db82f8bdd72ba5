"""Numbers that come in an address or a form."""

ID_DIGITS = 18
"""Every id we give has fewer, and every number of as many can be stored."""


def whole(said: str, digits: int = ID_DIGITS) -> int | None:
    """Return the number that a text is, in so many digits at most; None for anything else."""
    return int(said) if len(said) <= digits and said.isascii() and said.isdigit() else None
