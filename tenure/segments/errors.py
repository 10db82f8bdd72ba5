"""What can go wrong with segments."""

from collections.abc import Sequence

from tenure.kernel.errors import Conflict, Invalid, NotFound
from tenure.segments.types.problems import Problem


class SegmentMissing(NotFound):
    """There is no such segment in this workspace."""

    code = "segment_missing"


class NobodyThere(NotFound):
    """There is no such account or person, or they have become part of another."""

    code = "nobody_there"


class SegmentNameTaken(Conflict):
    """Another segment already has this name."""

    code = "segment_name_taken"


class SegmentNameMissing(Invalid):
    """A segment needs a name of at most 120 characters."""

    code = "segment_name_missing"


class SegmentArchived(Conflict):
    """This segment is archived; restore it first."""

    code = "segment_archived"


class SegmentBuiltOn(Conflict):
    """Other segments, touch models, stages or reasons for VIPs refer to this one; change them first."""

    code = "segment_built_on"


class SegmentNotStatic(Conflict):
    """Who is in this segment is said by its condition, not by a list."""

    code = "segment_not_static"


class ConditionUnreadable(Conflict):
    """What is stored of this segment's condition cannot be read any more; write it anew."""

    code = "condition_unreadable"


class ConditionWrong(Invalid):
    """A condition cannot be used; `problems` says what is wrong, and where in it."""

    code = "condition_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"{p.path or 'condition'}: {p.code}" for p in problems),
            problems=[{"path": p.path, "code": p.code, **p.params} for p in problems],
        )
        self.problems = tuple(problems)
