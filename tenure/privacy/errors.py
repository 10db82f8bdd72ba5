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


class RetentionTooLong(Invalid):
    """Data is kept for at most 36500 days; what is to be kept longer is kept for ever."""

    code = "retention_too_long"


class PurposeMissing(Invalid):
    """A consent needs a purpose: what somebody said yes or no to."""

    code = "purpose_missing"
