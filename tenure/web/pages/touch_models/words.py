"""What the pages of touch models call things."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenure.segments import queries as segments
from tenure.touch_models.types import CauseOfModel, Model, Rate, StepKind, Wrong
from tenure.web.pages.definitions import OwnWords
from tenure.web.shell import formats

CAUSES: Mapping[CauseOfModel, Promise] = {
    CauseOfModel.FIRST: gettext_lazy("first seen"),
    CauseOfModel.RULES: gettext_lazy("the rules"),
    CauseOfModel.LOCK: gettext_lazy("a lock"),
    CauseOfModel.DEFINITION: gettext_lazy("the rules were changed"),
    CauseOfModel.MERGED: gettext_lazy("merged"),
}
CHANNELS: Mapping[str, Promise] = {
    "email": gettext_lazy("e-mail"),
    "in_app": gettext_lazy("in the app"),
    "chat": gettext_lazy("chat"),
    "phone": gettext_lazy("phone"),
    "sms": gettext_lazy("text message"),
    "webhook": gettext_lazy("webhook"),
}
STEPS: Mapping[StepKind, Promise] = {
    StepKind.INTRODUCE: gettext_lazy("Introduction"),
    StepKind.CALL: gettext_lazy("Call"),
    StepKind.MESSAGE: gettext_lazy("Message"),
    StepKind.TASK: gettext_lazy("Task"),
}
PROBLEMS: OwnWords = {
    Wrong.MODEL_UNKNOWN: lambda: _("There is no model “%(given)s”. Choose one of: %(choices)s."),
    Wrong.ENTERS_MISSING: lambda: _("Say which accounts “%(given)s” takes (“enters”); only the last takes the rest."),
    Wrong.LAST_TAKES_ALL: lambda: _("The last model takes every account that is left: take away what it asks for."),
    Wrong.SAME_MODEL: lambda: _("A plan leads to another model."),
    Wrong.PLAN_TWICE: lambda: _("There is a plan for this change already."),
    Wrong.ASKS_ITSELF_THROUGH: lambda: _("The segment “%(segment)s” asks for the touch model itself: it would flap."),
    Wrong.ASKS_ITSELF: lambda: _("A model cannot ask for the touch model itself."),
}


def rule_words(model: Model, members: Mapping[int, str]) -> list[str]:
    """Say which accounts a model takes and keeps."""
    if model.enters is None:
        said = [_("every account that no model above takes")]
    else:
        said = [_("takes accounts where %(condition)s") % {"condition": segments.phrase(model.enters, members)}]
    if model.stays is not None:
        said.append(_("keeps them while %(condition)s") % {"condition": segments.phrase(model.stays, members)})
    if model.minimum_days:
        said.append(
            ngettext("for %(n)d day at least", "for %(n)d days at least", model.minimum_days)
            % {"n": model.minimum_days}
        )
    return said


def channel_words(keys: tuple[str, ...]) -> str:
    """List channels."""
    return formats.listed(str(CHANNELS[key]) for key in keys)


def rate_words(rate: Rate) -> str:
    """Say how many are expected to leave, with the interval; or that there is too little to tell."""
    if rate.share is None:
        return _("too little history")
    words = {
        "share": formats.percent(rate.share, 1),
        "low": formats.percent(rate.low, 1),
        "high": formats.percent(rate.high, 1),
    }
    return _("%(share)s (%(low)s–%(high)s)") % words
