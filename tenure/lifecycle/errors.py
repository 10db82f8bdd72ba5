"""What can go wrong with the stages of accounts' lives."""

from tenure.kernel.errors import Conflict, NotFound
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
