"""What can go wrong in tracking."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class IntakeLogAway(Exception):
    """The database behind the intake log cannot be reached; nothing was acknowledged."""


class NotStorable(Exception):
    """PostgreSQL will not take a value in this; trying again does not help."""


class IntakeIsBusy(Exception):
    """Another process reads the intake log just now; trying again in a moment helps."""


class RuleUnknown(NotFound):
    """There is no such rule in the tracking plan."""

    code = "rule_unknown"


class RuleExists(Conflict):
    """The tracking plan has a rule about this already; remove that one first."""

    code = "rule_exists"


class RuleIncomplete(Invalid):
    """A rule needs the event it blocks or renames, or the property it drops or hashes."""

    code = "rule_incomplete"


class RuleTooMany(Conflict):
    """A tracking plan has at most 200 rules."""

    code = "rule_too_many"


class RefusalUnknown(NotFound):
    """There is no such refused call here."""

    code = "refusal_unknown"


class AlreadySentAgain(Conflict):
    """This was sent again before; it is done once only."""

    code = "already_sent_again"


class NothingToSendAgain(Conflict):
    """Nothing of it was kept, or only the beginning, so that it cannot be sent again."""

    code = "nothing_to_send_again"


class MendingUnreadable(Invalid):
    """The mended text is not JSON."""

    code = "mending_unreadable"


class DriftUnknown(NotFound):
    """There is no such change in the tracking plan."""

    code = "drift_unknown"


class CallForgotten(NotFound):
    """This call is no longer in the intake log; what it said is in the lake."""

    code = "call_forgotten"


class SessionGapUnusable(Invalid):
    """A session ends after 1 to 1440 minutes without use."""

    code = "session_gap_unusable"
