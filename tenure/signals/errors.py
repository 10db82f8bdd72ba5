"""What can go wrong with signals."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class SignalUnknown(NotFound):
    """There is no such signal in this workspace."""

    code = "signal_unknown"


class SignalAlreadyClosed(Conflict):
    """This signal is closed already; a new finding opens a new one."""

    code = "signal_already_closed"


class SignalStillOpen(Conflict):
    """Only a closed signal has an outcome; close it with one."""

    code = "signal_still_open"


class SnoozeInThePast(Invalid):
    """A signal can only be put off until a later moment."""

    code = "snooze_in_the_past"


class OutcomeMissing(Invalid):
    """Say whether it was a true or a false alarm; that is what the shown precision comes from."""

    code = "outcome_missing"


class MuteInThePast(Invalid):
    """Signals can only be muted until a later moment, at most a year from now."""

    code = "mute_in_the_past"


class MuteReasonMissing(Invalid):
    """Say why these signals are muted; whoever wonders where they are will read it."""

    code = "mute_reason_missing"


class MuteTooWide(Invalid):
    """Mute a kind, an account, or a kind for an account; not everything at once."""

    code = "mute_too_wide"


class MuteUnknown(NotFound):
    """There is no such mute in this workspace."""

    code = "mute_unknown"


class NothingToTakeBack(NotFound):
    """This cannot be taken back: it was another member's doing, or is no more."""

    code = "nothing_to_take_back"
