"""What can go wrong with risk."""

from tenure.kernel.errors import Invalid


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
