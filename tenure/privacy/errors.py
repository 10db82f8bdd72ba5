"""What can go wrong in privacy."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class ErasureUnknown(NotFound):
    """There is no such erasure."""

    code = "erasure_unknown"


class AlreadyBeingErased(Conflict):
    """This customer is being erased already."""

    code = "already_being_erased"


class RetentionTooShort(Invalid):
    """Data is kept for at least a day, events for at least 100 days: signals are judged against the past."""

    code = "retention_too_short"
