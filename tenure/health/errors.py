"""What can go wrong with health."""

from collections.abc import Sequence

from tenure.health.types.problems import Problem
from tenure.kernel.errors import Conflict, Invalid, NotFound


class ScorecardMissing(NotFound):
    """There is no such scorecard in this workspace."""

    code = "scorecard_missing"


class ScorecardNameTaken(Conflict):
    """Another scorecard already has this name."""

    code = "scorecard_name_taken"


class ScorecardNameMissing(Invalid):
    """A scorecard needs a name of at most 120 characters."""

    code = "scorecard_name_missing"


class ScorecardArchived(Conflict):
    """This scorecard is archived; restore it first."""

    code = "scorecard_archived"


class TooManyScorecards(Conflict):
    """There are as many scorecards in use as there can be; archive one first."""

    code = "too_many_scorecards"


class NotJudged(NotFound):
    """This scorecard has not judged this account."""

    code = "not_judged"


class ReasonMissing(Invalid):
    """Say why; whoever reads the score later has to know."""

    code = "reason_missing"


class ScoreOutOfRange(Invalid):
    """A score is a whole number from 0 to 100."""

    code = "score_out_of_range"


class AlreadyOver(Invalid):
    """The day on which it ends is past; choose one to come."""

    code = "already_over"


class OverrideMissing(NotFound):
    """There is no such override, or it is over."""

    code = "override_missing"


class JudgementMissing(NotFound):
    """There is no such judgement, or it was taken back."""

    code = "judgement_missing"


class ScorecardWrong(Invalid):
    """A scorecard cannot be used; `problems` says what is wrong, and where in it."""

    code = "scorecard_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"{p.path or 'scorecard'}: {p.code}" for p in problems),
            problems=[{"path": p.path, "code": str(p.code), **p.params} for p in problems],
        )
        self.problems = tuple(problems)
