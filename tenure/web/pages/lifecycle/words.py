"""What the pages of the lifecycle call things."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenure.lifecycle.types import CauseOfStay, Transition, Wrong
from tenure.segments import queries as segments
from tenure.web.pages.definitions import OwnWords

CAUSES: Mapping[CauseOfStay, Promise] = {
    CauseOfStay.FIRST: gettext_lazy("first seen"),
    CauseOfStay.HAPPENING: gettext_lazy("something happened"),
    CauseOfStay.TIME: gettext_lazy("time passed"),
    CauseOfStay.DEFINITION: gettext_lazy("the stages were changed"),
    CauseOfStay.MEMBER: gettext_lazy("a member"),
    CauseOfStay.TAKEN_BACK: gettext_lazy("taken back"),
    CauseOfStay.MERGED: gettext_lazy("merged"),
}
TONES: Mapping[str, str] = {"trial": "info", "churned": "risk", "won_back": "good", "renewing": "watch"}
PROBLEMS: OwnWords = {
    Wrong.STAGE_UNKNOWN: lambda: _("There is no stage “%(given)s”. Choose one of: %(choices)s."),
    Wrong.NOWHERE: lambda: _("A transition leads to another stage."),
    Wrong.UNREACHABLE: lambda: _("No transition leads to “%(given)s”: no account would ever be there."),
    Wrong.NOTHING_ASKED: lambda: _("Say when it happens: a condition (“when”), or days in the stage (“after_days”)."),
    Wrong.NEVER_FIRES: lambda: _("It never happens: the transition to “%(earlier)s” above always comes first."),
    Wrong.LOOP: lambda: _(
        "These could lead round and back in one moment: %(stages)s. Add to one of them what excludes another "
        "(“not:” with its condition), or days in the stage (“after_days”)."
    ),
    Wrong.ASKS_ITSELF_THROUGH: lambda: _("The segment “%(segment)s” asks for the stage itself: it would flap."),
    Wrong.ASKS_ITSELF: lambda: _("The lifecycle cannot ask for its own stage."),
}


def transition_words(transition: Transition, members: Mapping[int, str]) -> str:
    """Say when a transition happens."""
    days = ""
    if transition.after_days:
        days = ngettext("after %(n)d day in it", "after %(n)d days in it", transition.after_days) % {
            "n": transition.after_days
        }
    if transition.when is None:
        return days
    when = segments.phrase(transition.when, members)
    return _("%(days)s, when %(condition)s") % {"days": days, "condition": when} if days else when
