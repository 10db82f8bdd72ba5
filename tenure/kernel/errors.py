"""The four kinds of refusal; each domain names its own situations as subclasses of these."""


class DomainError(Exception):
    """Something was refused for a reason a person can act on.

    `code` is stable and documented in docs/reference/errors.md; the message is for people.
    """

    code = "refused"

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().split("\n")[0])
        self.details = details


class NotFound(DomainError):
    """There is no such thing here."""

    code = "not_found"


class NotAllowed(DomainError):
    """You may not do this."""

    code = "not_allowed"


class Conflict(DomainError):
    """This clashes with how things are now."""

    code = "conflict"


class Invalid(DomainError):
    """What was given cannot be used."""

    code = "invalid"
