"""What can go wrong with journeys."""

from tenure.kernel.errors import Conflict, Invalid, NotFound


class JourneyUnknown(NotFound):
    """There is no such journey here."""

    code = "journey_unknown"


class JourneyTaken(Conflict):
    """There is a journey with this name already."""

    code = "journey_taken"


class JourneyInvalid(Invalid):
    """This journey cannot run as it is; each problem says where."""

    code = "journey_invalid"


class JourneyNotDraft(Conflict):
    """Only a draft or a paused journey can be launched."""

    code = "journey_not_draft"


class JourneyNotLive(Conflict):
    """Only a live journey can be paused."""

    code = "journey_not_live"


class JourneyNotPaused(Conflict):
    """Only a paused journey can be resumed."""

    code = "journey_not_paused"


class JourneyArchived(Conflict):
    """This journey was archived and cannot be changed any more."""

    code = "journey_archived"


class EnrolmentUnknown(NotFound):
    """There is no such enrolment here."""

    code = "enrolment_unknown"


class StepUnknown(Invalid):
    """No such kind of step is registered."""

    code = "step_unknown"


class DecisionUnknown(NotFound):
    """There is no such decision in this workspace."""

    code = "decision_unknown"
