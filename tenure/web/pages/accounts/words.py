"""What the list of accounts and an account's page call things."""

import json
import math
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tenure.billing.types import MovementKind
from tenure.channels.types import MessageStatus
from tenure.customers.types import Role, Stage, TraitFilter, TraitTest
from tenure.journeys.types import EnrolmentStatus, Outcome, Why
from tenure.risk.types import RiskBand
from tenure.web.shell import formats

STAGES: Mapping[Stage, Promise] = {
    Stage.TRIAL: gettext_lazy("trial"),
    Stage.ONBOARDING: gettext_lazy("onboarding"),
    Stage.ACTIVE: gettext_lazy("active"),
    Stage.CHURNED: gettext_lazy("churned"),
    Stage.WON_BACK: gettext_lazy("won back"),
}
STAGE_TONES: Mapping[Stage, str] = {Stage.CHURNED: "risk", Stage.TRIAL: "info", Stage.WON_BACK: "good"}
RISK_BANDS: Mapping[str, Promise] = {
    RiskBand.USUAL: gettext_lazy("usual"),
    RiskBand.RAISED: gettext_lazy("raised"),
    RiskBand.HIGH: gettext_lazy("high"),
}
RISK_TONES: Mapping[str, str] = {RiskBand.USUAL: "", RiskBand.RAISED: "watch", RiskBand.HIGH: "risk"}
ROLES: Mapping[Role, Promise] = {
    Role.BUYER: gettext_lazy("buyer"),
    Role.EXECUTIVE_SPONSOR: gettext_lazy("executive sponsor"),
    Role.INFLUENCER: gettext_lazy("influencer"),
    Role.MANAGER: gettext_lazy("manager"),
    Role.EXECUTIVE: gettext_lazy("executive"),
    Role.ADMINISTRATOR: gettext_lazy("administrator"),
    Role.POWER_USER: gettext_lazy("power user"),
    Role.CHAMPION: gettext_lazy("champion"),
    Role.IT: gettext_lazy("IT"),
    Role.USER: gettext_lazy("user"),
}
TESTS: Mapping[TraitTest, Promise] = {
    TraitTest.IS: gettext_lazy("is"),
    TraitTest.IS_NOT: gettext_lazy("is not"),
    TraitTest.CONTAINS: gettext_lazy("contains"),
    TraitTest.MORE_THAN: gettext_lazy("is more than"),
    TraitTest.LESS_THAN: gettext_lazy("is less than"),
    TraitTest.IS_SET: gettext_lazy("is known"),
    TraitTest.IS_NOT_SET: gettext_lazy("is not known"),
}
TOUCH_MODELS: Mapping[str, Promise] = {
    "high_touch": gettext_lazy("high-touch"),
    "low_touch": gettext_lazy("low-touch"),
    "tech_touch": gettext_lazy("tech-touch"),
}
COLUMNS: Mapping[str, Promise] = {
    "health": gettext_lazy("Health"),
    "risk": gettext_lazy("Risk"),
    "renewal": gettext_lazy("Renews"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "touch": gettext_lazy("Touch model"),
    "vip": gettext_lazy("VIP"),
    "trend": gettext_lazy("Against usual"),
    "task": gettext_lazy("Next task"),
    "domain": gettext_lazy("Domain"),
    "plan": gettext_lazy("Plan"),
    "mrr": gettext_lazy("MRR"),
    "people": gettext_lazy("People"),
    "last_seen": gettext_lazy("Last seen"),
    "use": gettext_lazy("Use, 30 days"),
    "signals": gettext_lazy("Signals"),
    "owner": gettext_lazy("Owner"),
    "stage": gettext_lazy("Stage"),
    "signed_up": gettext_lazy("Signed up"),
    "id": gettext_lazy("Id in your product"),
}
MOVEMENTS: Mapping[MovementKind, Promise] = {
    MovementKind.NEW: gettext_lazy("new"),
    MovementKind.EXPANSION: gettext_lazy("expansion"),
    MovementKind.REACTIVATION: gettext_lazy("reactivation"),
    MovementKind.CONTRACTION: gettext_lazy("contraction"),
    MovementKind.CHURN: gettext_lazy("churn"),
}
MOVEMENT_TONES: Mapping[MovementKind, str] = {
    MovementKind.NEW: "good",
    MovementKind.EXPANSION: "good",
    MovementKind.REACTIVATION: "good",
    MovementKind.CONTRACTION: "watch",
    MovementKind.CHURN: "risk",
}
MESSAGE_STATUSES: Mapping[MessageStatus, Promise] = {
    MessageStatus.WAITING: gettext_lazy("waiting"),
    MessageStatus.SENDING: gettext_lazy("being sent"),
    MessageStatus.SENT: gettext_lazy("sent"),
    MessageStatus.REFUSED: gettext_lazy("refused"),
    MessageStatus.UNSURE: gettext_lazy("unsure"),
}
ENROLMENT_STATUSES: Mapping[EnrolmentStatus, Promise] = {
    EnrolmentStatus.LIVE: gettext_lazy("under way"),
    EnrolmentStatus.FINISHED: gettext_lazy("finished"),
    EnrolmentStatus.GOAL: gettext_lazy("reached its goal"),
    EnrolmentStatus.LEFT: gettext_lazy("left"),
}
OUTCOMES: Mapping[Outcome, Promise] = {
    Outcome.MADE: gettext_lazy("made"),
    Outcome.SKIPPED: gettext_lazy("not made"),
    Outcome.POSTPONED: gettext_lazy("put off"),
}
WHYS: Mapping[Why, Promise] = {
    Why.DUE: gettext_lazy("it was due"),
    Why.HOLDOUT: gettext_lazy("the account is held out"),
    Why.CHURNED: gettext_lazy("the account has churned"),
    Why.CHANNEL_FORBIDDEN: gettext_lazy("the account's touch model does not allow this channel"),
    Why.NO_PERSON: gettext_lazy("there is nobody to write to"),
    Why.NO_ADDRESS: gettext_lazy("there is no address"),
    Why.UNSUBSCRIBED: gettext_lazy("the person unsubscribed"),
    Why.JOURNEY_PAUSED: gettext_lazy("the journey was paused"),
    Why.FREQUENCY_CAP: gettext_lazy("there were enough messages lately"),
    Why.QUIET_HOURS: gettext_lazy("it was outside their hours"),
    Why.TEMPLATE_GONE: gettext_lazy("its template is gone"),
}


def column_name(column: str) -> str:
    """Return the heading of a column; a trait's own name for a trait."""
    return str(COLUMNS.get(column) or column.removeprefix("trait."))


def trait_text(value: object) -> str:
    """Write a trait's value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case int():
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        case float():
            return f"{value:,.10g}"
        case str():
            return value
        case list() if all(isinstance(each, str | int | float) for each in value):
            return formats.listed(str(each) for each in value)
    return json.dumps(value, ensure_ascii=False)


def touch_name(value: object, names: Mapping[str, str]) -> str:
    """Name a touch model by what the trait says; `names` are what the workspace calls its models."""
    said = trait_text(value)
    return names.get(said) or str(TOUCH_MODELS.get(said.replace("-", "_").lower(), said))


def vip_text(value: object, levels: Mapping[str, str]) -> str:
    """Say whether an account is a VIP, and of which level where the trait says so."""
    if not value or value in ("no", "false"):
        return ""
    return _("VIP") if value is True else levels.get(str(value)) or trait_text(value)


def renews_phrase(days: int) -> str:
    """Say within how many days an account renews."""
    return ngettext("renews within %(n)d day", "renews within %(n)d days", days) % {"n": days}


def trait_phrase(each: TraitFilter) -> str:
    """Say a condition on a trait: plan is Premium."""
    if each.test in (TraitTest.IS_SET, TraitTest.IS_NOT_SET):
        return f"{each.name} {TESTS[each.test]}"
    if each.test in (TraitTest.MORE_THAN, TraitTest.LESS_THAN):
        return f"{each.name} {_bound_phrase(each)}"
    return f"{each.name} {TESTS[each.test]} {each.value}"


def _bound_phrase(each: TraitFilter) -> str:
    """Say a bound as people write numbers; the map asks for a hair beyond a bound to let the bound itself in."""
    try:
        asked = float(each.value)
    except ValueError:
        return f"{TESTS[each.test]} {each.value}"
    shown = float(f"{asked:.6g}")
    beyond = shown > asked if each.test is TraitTest.MORE_THAN else shown < asked
    value = f"{shown:,.10g}"
    if not beyond or not math.isclose(shown, asked, rel_tol=1e-7):
        return f"{TESTS[each.test]} {value}"
    if each.test is TraitTest.MORE_THAN:
        return _("is at least %(value)s") % {"value": value}
    return _("is at most %(value)s") % {"value": value}


def stages_phrase(stages: tuple[Stage, ...]) -> str:
    """Say which stages: the stage is trial or onboarding."""
    return _("stage is %(stages)s") % {"stages": either(str(STAGES[stage]) for stage in stages)}


def owners_phrase(names: list[str], *, or_nobody: bool) -> str:
    """Say whose accounts: the owner is Ada or nobody."""
    return _("owner is %(names)s") % {"names": either([*names, *([_("nobody")] if or_nobody else [])])}


def seen_more_phrase(days: int) -> str:
    """Say how long ago at least: also those never seen."""
    return ngettext("last seen more than %(n)d day ago", "last seen more than %(n)d days ago", days) % {"n": days}


def seen_less_phrase(days: int) -> str:
    """Say how long ago at most."""
    return ngettext("last seen less than %(n)d day ago", "last seen less than %(n)d days ago", days) % {"n": days}


def either(names: object) -> str:
    """Join alternatives: A, B or C."""
    listed = [str(name) for name in names]  # type: ignore[attr-defined]
    if len(listed) < 2:
        return "".join(listed)
    return _("%(most)s or %(last)s") % {"most": formats.listed(listed[:-1]), "last": listed[-1]}
