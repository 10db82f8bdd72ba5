"""What can go wrong with risk."""

from collections.abc import Sequence

from tenure.kernel.errors import Invalid
from tenure.risk.types import Problem


class TableUnusable(Invalid):
    """A table to learn from or to score lacks what is needed."""

    code = "risk_table_unusable"


class TooFewToLearnFrom(Invalid):
    """Too few have left, or stayed, to tell them apart."""

    code = "risk_too_few"


class NothingLearnt(Invalid):
    """What was learnt tells those who leave from those who stay no better than chance may."""

    code = "risk_nothing_learnt"


class ModelUnreadable(Invalid):
    """This is no model that Tenure wrote."""

    code = "risk_model_unreadable"


class RiskChoicesUnusable(Invalid):
    """What is called leaving, or how far to look ahead, cannot be used."""

    code = "risk_choices_unusable"


class RiskTextWrong(Invalid):
    """The text of what is called leaving cannot be used; `problems` says what is wrong, and in which line."""

    code = "risk_text_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"line {p.line}: {p.code}" for p in problems))
