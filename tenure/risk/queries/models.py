"""What was learnt, and what the workspace calls leaving."""

import msgspec
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.risk.errors import RiskTextWrong
from tenure.risk.models import RiskChoices, RiskModel
from tenure.risk.rules import LEAST, read_text, to_text
from tenure.risk.types import GAPS, HORIZONS, Choices, ChurnKind, Hazard, Refusal
from tenure.snapshots import queries as snapshots


def choices() -> Choices:
    """Return what is called leaving here: as a member chose, or contracts where there are any, else use."""
    chosen = RiskChoices.objects.first()
    if chosen is not None:
        return Choices(
            kind=ChurnKind(chosen.kind), horizon_days=chosen.horizon_days, gap_days=chosen.gap_days, is_chosen=True
        )
    told = billing.has_ledger() or customers.is_any_life_told()
    kind = ChurnKind.CONTRACT if told else ChurnKind.USE
    return Choices(kind=kind, horizon_days=90, gap_days=30, is_chosen=False)


def choices_text() -> str:
    """Write what is called leaving here as text."""
    return to_text(choices())


def read_choices(text: str) -> Choices:
    """Read it from a text; raises `RiskTextWrong` with the lines that are wrong."""
    chosen, problems = read_text(text, HORIZONS, GAPS)
    if chosen is None:
        raise RiskTextWrong(problems)
    return chosen


def choices_differ_from(model: RiskModel) -> bool:
    """Tell whether a member chose otherwise since a model was learnt."""
    now = choices()
    return (now.kind.value, now.horizon_days, now.gap_days) != (model.kind, model.horizon_days, model.gap_days)


def model_in_force() -> RiskModel | None:
    """Return the latest model that claims something, if the latest of all does."""
    latest = model_latest()
    return latest if latest is not None and not latest.refusal else None


def model_latest() -> RiskModel | None:
    """Return what was learnt last, whether it claims anything or not."""
    return RiskModel.objects.order_by("-version").first()


def all_models() -> QuerySet[RiskModel]:
    """Return every time of learning, the latest first."""
    return RiskModel.objects.order_by("-version")


def hazard_of(model: RiskModel) -> Hazard | None:
    """Return what a model learnt; None when it claims nothing."""
    return msgspec.convert(model.content, Hazard) if model.content else None


def refusal_words(model: RiskModel | None) -> str:
    """Say why no chance is claimed, in words; empty where one is."""
    if model is None:
        return _before_the_first()
    match model.refusal:
        case "":
            return ""
        case Refusal.NO_PAST:
            return gettext("There is no kept week yet whose following four weeks are over.")
        case Refusal.TOO_FEW_LEFT:
            return ngettext(
                "Too little to learn from: %(left)s account left in what is known. At least %(least)s are needed.",
                "Too little to learn from: %(left)s accounts left in what is known. At least %(least)s are needed.",
                model.left,
            ) % {"left": model.left, "least": LEAST}
        case Refusal.NO_FEATURES:
            names = ", ".join(snapshots.feature_name(each["name"]) for each in model.left_out)
            return gettext("Nothing may be learnt from: every number is known only afterwards (%(names)s).") % {
                "names": names
            }
        case _:
            low = (model.quality or {}).get("auc", {})
            return gettext(
                "No better than chance may be: its AUC on others was %(value).2f (%(low).2f to %(high).2f)."
            ) % {"value": low.get("value") or 0.5, "low": low.get("low") or 0.0, "high": low.get("high") or 1.0}


def _before_the_first() -> str:
    """Say what is missing before anything can be learnt, and when that will be."""
    read, of = snapshots.past_read(clock.now())
    if not of:
        return gettext("Nothing has been learnt yet: that takes some eight weeks of use, and fewer are known so far.")
    if read < of:
        return gettext(
            "Nothing has been learnt yet: the past is being read first, %(read)d of %(of)d weeks so far. "
            "That takes minutes, and the chances are there a minute later."
        ) % {"read": read, "of": of}
    return gettext("Nothing has been learnt yet: the past has been read, and the chances are there in a minute or two.")
