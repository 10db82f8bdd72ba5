"""What can go wrong with the stages of accounts' lives."""

from tenure.kernel.errors import Conflict, Invalid, NotFound
from tenure.kernel.written import TextWrong


class MachineWrong(TextWrong):
    """Stages or transitions cannot be used; `problems` says what is wrong, and on which line."""

    code = "lifecycle_wrong"


class NoSuchStage(NotFound):
    """There is no such stage in this workspace."""

    code = "no_such_stage"


class NoSuchLifecycleVersion(NotFound):
    """There is no such version of the lifecycle."""

    code = "no_such_lifecycle_version"


class LifecycleChangedMeanwhile(Conflict):
    """Somebody else changed the lifecycle meanwhile; look at what it is now and try again."""

    code = "lifecycle_changed_meanwhile"


class PlacementReasonMissing(Invalid):
    """Putting an account into a stage needs a reason, and a day in the future if it is to end by itself."""

    code = "placement_reason_missing"


class NoTransitionLeadsThere(Conflict):
    """No transition leads from the stages of these accounts to that one; say that it is an exception, if it is."""

    code = "no_transition_leads_there"


class NoSuchPlacement(NotFound):
    """This account is held in no stage, or this was not done by you or is over."""

    code = "no_such_placement"
