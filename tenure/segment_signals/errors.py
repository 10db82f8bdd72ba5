"""What can go wrong with segment signals."""

from collections.abc import Sequence

from tenure.kernel.errors import Conflict, Invalid, NotFound
from tenure.segment_signals.types import Problem


class SegmentSignalUnknown(NotFound):
    """There is no such rule in this workspace."""

    code = "segment_signal_unknown"


class SegmentSignalNameTaken(Conflict):
    """Another rule in use has this name."""

    code = "segment_signal_name_taken"


class SegmentSignalNameMissing(Invalid):
    """A rule needs a name; it is what its signals are called."""

    code = "segment_signal_name_missing"


class SegmentOfPeople(Invalid):
    """Signals are about accounts: choose a segment of accounts that is in use."""

    code = "segment_of_people"


class ShareWrong(Invalid):
    """A severity or a confidence is a number from 0 to 1."""

    code = "share_wrong"


class SegmentSignalTextWrong(Invalid):
    """The text of a rule cannot be used; `problems` says what is wrong, and in which line."""

    code = "segment_signal_text_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"line {p.line}: {p.code}" for p in problems))
