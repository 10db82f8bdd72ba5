"""What a line of a timeline says, in the reader's language: made from its kind and particulars when it is read."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenure.activity import queries as activity
from tenure.activity.types import ACTIVITY_DECLINE
from tenure.billing.types import Direction, MovementKind
from tenure.channels.types import MessageStatus, RefusalReason
from tenure.customers.types import SubjectKind
from tenure.experiments import queries as experiments
from tenure.experiments.types import Group
from tenure.health import queries as health
from tenure.journeys.types import Why
from tenure.lifecycle import queries as lifecycle
from tenure.playbooks.types import CallOutcome, RunOutcome
from tenure.signals.types import CloseReason, Outcome
from tenure.touch_models import queries as touch_models
from tenure.tracking.types import TimelineItem
from tenure.web.pages.accounts import words
from tenure.web.pages.accounts.forms import OUTCOMES
from tenure.web.shell import formats


@dataclasses.dataclass(frozen=True, kw_only=True)
class Said:
    """A line in words: who, what, a mark, and what there is to add."""

    text: str
    icon: str
    who: str = ""
    tone: str = ""
    more: str = ""
    link: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Told:
    """What a line is told with: the item, what members are called, and whose page it is on."""

    item: TimelineItem
    members: Mapping[int, str]
    subject: SubjectKind

    @property
    def of(self) -> Mapping[str, Any]:
        """Return the particulars."""
        return self.item.particulars

    @property
    def who(self) -> str:
        """Name the person, on a page that is not theirs."""
        if self.subject == "person" or self.item.person_id is None:
            return ""
        return self.item.person_name or _("A visitor")

    def member(self, field: str) -> str:
        """Name the member whose id a particular holds."""
        return self.members.get(self.of.get(field) or 0, "Tenure")


Teller = Callable[[Told], Said]

RUN_OUTCOMES = {
    RunOutcome.SAVED: lambda: _("saved"),
    RunOutcome.LOST: lambda: _("lost"),
    RunOutcome.NO_CHANGE: lambda: _("nothing has changed"),
    RunOutcome.FALSE_ALARM: lambda: _("it was a false alarm"),
    RunOutcome.DONE: lambda: _("all is done"),
    RunOutcome.PASSED: lambda: _("it passed by itself"),
    RunOutcome.TAKEN_BACK: lambda: _("it was taken back"),
}
REFUSALS = {
    RefusalReason.UNSUBSCRIBED: lambda: _("the person unsubscribed"),
    RefusalReason.ADDRESS_REFUSED: lambda: _("the address was refused"),
    RefusalReason.NO_ADDRESS: lambda: _("there is no address"),
    RefusalReason.CARRIER_AWAY: lambda: _("the mail server was away"),
    RefusalReason.CANNOT_BE_MADE: lambda: _("it could not be written"),
}


def said(told: Told) -> Said:
    """Put one line into words; a kind nobody has words for yet is named as it is."""
    teller = _TELLERS.get(told.item.kind)
    if teller is None:
        return Said(text=told.item.kind, icon="point", who=told.who)
    return teller(told)


def _used(told: Told) -> Said:
    event, kind = str(told.of.get("event") or ""), told.of.get("type")
    match kind:
        case "page":
            name = event.removeprefix("Viewed ").removesuffix(" Page")
            text = (_("looked at the page %(name)s") if told.who else _("Looked at the page %(name)s")) % {"name": name}
            icon = "file-text"
        case "screen":
            name = event.removeprefix("Viewed ").removesuffix(" Screen")
            text = (_("opened the screen %(name)s") if told.who else _("Opened the screen %(name)s")) % {"name": name}
            icon = "device-desktop"
        case _track:
            text, icon = event or "–", "mouse"
    if told.item.count > 1:
        text += " · " + ngettext("%(n)d time", "%(n)d times", told.item.count) % {"n": told.item.count}
    properties = told.of.get("properties") or {}
    shown = [(name, value) for name, value in properties.items() if not isinstance(value, dict | list)][:5]
    more = formats.listed(formats.named(name, words.trait_text(value)[:80]) for name, value in shown)
    return Said(text=text, icon=icon, who=told.who, more="" if told.item.count > 1 else more)


def _traits_changed(told: Told) -> Said:
    changes = told.of.get("changes", [])
    listed = [
        formats.named(c["name"], words.trait_text(c["value"])[:120])
        if c["value"] is not None
        else _("%(name)s taken away") % {"name": c["name"]}
        for c in changes
    ]
    return Said(text=formats.listed(listed[:4]), icon="tag", who=told.who, more=formats.listed(listed[4:]))


def _call_logged(told: Told) -> Said:
    outcome = OUTCOMES.get(CallOutcome(told.of["outcome"]), told.of["outcome"])
    who = told.who
    text = _("%(member)s called %(who)s") if who else _("%(member)s called")
    return Said(
        text=f"{text % {'member': told.of.get('called_by', ''), 'who': who}}: {outcome}",
        icon="phone",
        tone="info",
        more=str(told.of.get("notes", "")),
    )


def _signal_opened(told: Told) -> Said:
    kind = told.of["signal_kind"]
    text = activity.headline(told.of["summary"]) if kind == ACTIVITY_DECLINE and told.of.get("summary") else _kind(kind)
    return Said(text=text, icon="activity", tone="risk", link=_link("signal", told.of["signal_id"]))


def _health_changed(told: Told) -> Said:
    words = {"before": health.spoken(told.of["band_before"]), "after": health.spoken(told.of["band"])}
    scores = {"from": told.of["score_before"], "to": told.of["score"]}
    return Said(
        text=_("Health: %(before)s → %(after)s (%(from)s → %(to)s)") % (words | scores),
        icon="heartbeat",
        tone=str(told.of.get("tone") or ""),
        more=health.spoken(str(told.of["scorecard_name"])),
    )


def _risk_changed(told: Told) -> Said:
    band, before = told.of["band"], told.of["previous_band"]
    said = {
        "before": words.RISK_BANDS.get(before, before),
        "after": words.RISK_BANDS.get(band, band),
        "chance": formats.percent(told.of["chance"]),
        "days": told.of["horizon_days"],
    }
    text = _("Risk: %(before)s → %(after)s, a chance of %(chance)s to leave within %(days)s days")
    if not before:
        text = _("Risk: %(after)s, a chance of %(chance)s to leave within %(days)s days")
    return Said(
        text=text % said,
        icon="alert-triangle",
        tone=words.RISK_TONES.get(band, ""),
    )


def _signal_closed(told: Told) -> Said:
    match told.of.get("reason"):
        case CloseReason.PASSED:
            text = _("What was noticed has passed: %(kind)s")
        case CloseReason.CHURNED | CloseReason.TOO_LATE:
            text = _("The signal ended with the account: %(kind)s")
        case _member if told.of.get("outcome") == Outcome.FALSE_ALARM:
            text = _("%(member)s said it was a false alarm: %(kind)s")
        case _member:
            text = _("%(member)s closed the signal: %(kind)s")
    values = {"kind": _kind(told.of["signal_kind"]), "member": told.member("closed_by_id")}
    return Said(text=text % values, icon="circle-check", link=_link("signal", told.of["signal_id"]))


def _signal_worsened(told: Told) -> Said:
    text = _("The signal is back, because it has become worse: %(kind)s") % {"kind": _kind(told.of["signal_kind"])}
    return Said(text=text, icon="activity", tone="risk", link=_link("signal", told.of["signal_id"]))


def _signal_moved(text: Callable[[], str], field: str) -> Teller:
    def tell(told: Told) -> Said:
        values = {
            "kind": _kind(told.of["signal_kind"]),
            "member": told.member(field),
            "owner": told.members.get(told.of.get("owner_id") or 0, _("nobody")),
        }
        return Said(text=text() % values, icon="clock", link=_link("signal", told.of["signal_id"]))

    return tell


def _run_finished(told: Told) -> Said:
    outcome = RUN_OUTCOMES[RunOutcome(told.of["outcome"])]()
    text = _("The playbook “%(name)s” is finished: %(outcome)s") % {
        "name": told.of["playbook_name"],
        "outcome": outcome,
    }
    return Said(text=text, icon="clipboard-check", link=_link("run", told.of["run_id"]))


def _touch_made(told: Told) -> Said:
    """Tell of a touch and its message as one: the message's own line is not shown."""
    status = told.of.get("status")
    return Said(
        text=_("The journey “%(journey_name)s” writes: %(subject)s") % told.of,
        icon="mail" if status == MessageStatus.SENT else "route",
        who=told.who,
        more=str(words.MESSAGE_STATUSES[MessageStatus(status)]) if status else "",
        link=_link("message", told.of.get("message_id")) or _link("journey", told.of["journey_id"]),
    )


def _touch_skipped(told: Told) -> Said:
    text = _("The journey “%(name)s” did not write: %(why)s") % {
        "name": told.of["journey_name"],
        "why": words.WHYS[Why(told.of["reason"])],
    }
    return Said(text=text, icon="mail-off", who=told.who, link=_link("journey", told.of["journey_id"]))


def _message_refused(told: Told) -> Said:
    text = _("A message did not go out: %(why)s") % {"why": REFUSALS[RefusalReason(told.of["reason"])]()}
    return Said(
        text=text, icon="send-off", tone="watch", who=told.who, more=told.of["subject"],
        link=_link("message", told.of["message_id"]),
    )  # fmt: skip


def _unsubscribed(told: Told) -> Said:
    topic = told.of.get("topic_name") or told.of.get("topic") or _("everything")
    text = _("wants no more messages: %(topic)s") if told.who else _("Wants no more messages: %(topic)s")
    return Said(text=text % {"topic": topic}, icon="bell-off", tone="watch", who=told.who)


def _assigned(told: Told) -> Said:
    group = Group(told.of["group"])
    return Said(text=_("Drawn for the comparison: %(group)s") % {"group": experiments.group_name(group)}, icon="flask")


def _owner_changed(told: Told) -> Said:
    owner = told.members.get(told.of.get("owner_id") or 0)
    if owner is None:
        return Said(text=_("Nobody looks after this account any more"), icon="user-off")
    return Said(text=_("%(name)s looks after this account now") % {"name": owner}, icon="user-check")


def _stage_entered(told: Told) -> Said:
    names = lifecycle.stage_names()
    stage, came_from = told.of["stage"], told.of.get("came_from") or ""
    named = {"stage": names.get(stage, told.of["stage_name"]), "before": names.get(came_from, came_from)}
    text = _("Came to the stage %(stage)s, from %(before)s") if came_from else _("Began in the stage %(stage)s")
    tone = {"churned": "risk", "won_back": "good"}.get(stage, "")
    return Said(text=text % named, icon="timeline", tone=tone, link=_link("lifecycle_stage", stage))


def _touch_model_changed(told: Told) -> Said:
    names = touch_models.model_names()
    model, came_from = told.of["model"], told.of.get("came_from") or ""
    named = {"model": names.get(model, told.of["model_name"]), "before": names.get(came_from, came_from)}
    text = _("Served as %(model)s now, before as %(before)s") if came_from else _("Served as %(model)s")
    return Said(text=text % named, icon="hand-stop", link=_link("touch_model", model))


def _plain(
    text: Callable[[], str], icon: str, *, tone: str = "", link: str = "", key: str = "", more: str = ""
) -> Teller:
    """Tell by one sentence with the particulars in it; `link` is a page and `key` the particular with its id."""

    def tell(told: Told) -> Said:
        return Said(
            text=text() % told.of,
            icon=icon,
            tone=tone,
            who=told.who,
            more=str(told.of.get(more) or "") if more else "",
            link=_link(link, told.of[key]) if link else "",
        )

    return tell


def _kind(kind: str) -> str:
    return _("use is fading") if kind == ACTIVITY_DECLINE else kind.replace("_", " ")


def _link(page: str, pk: int | str | None) -> str:
    """Return the address of a page if there is such a page."""
    try:
        return reverse(page, args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""


def _plan_changed(told: Told) -> Said:
    match told.of.get("direction"):
        case Direction.UPGRADE:
            text, tone = _("Upgraded from %(plan_from)s to %(plan_to)s"), "good"
        case Direction.DOWNGRADE:
            text, tone = _("Downgraded from %(plan_from)s to %(plan_to)s"), "watch"
        case _same:
            text, tone = _("Changed from %(plan_from)s to %(plan_to)s at the same price"), ""
    return Said(text=text % told.of, icon="switch-horizontal", tone=tone)


def _moved(told: Told) -> Said:
    amount, currency = told.of["amount"], told.of["currency"]
    change = ("+" if amount > 0 else "") + formats.money(amount, currency)
    kind = words.MOVEMENTS[MovementKind(told.of["kind"])]
    text = _("MRR %(change)s: %(kind)s, %(after)s now")
    return Said(
        text=text % {"change": change, "kind": kind, "after": formats.money(told.of["mrr_after"], currency)},
        icon="report-analytics",
        tone=words.MOVEMENT_TONES[MovementKind(told.of["kind"])],
    )


def _step_closed(told: Told) -> Said:
    if told.of["is_done"]:
        text = _("A step of the change of touch models is done: %(title)s")
        return Said(text=text % told.of, icon="checkbox")
    text = _("A step is to be done no more, because another change came: %(title)s")
    return Said(text=text % told.of, icon="ban")


_TELLERS: dict[str, Teller] = {
    "Used": _used,
    "TraitsChanged": _traits_changed,
    "HealthChanged": _health_changed,
    "RiskChanged": _risk_changed,
    "AccountAppeared": _plain(lambda: _("First heard of this account"), "flag"),
    "PersonAppeared": _plain(lambda: _("First heard of by name"), "user-plus"),
    "PeopleMerged": _plain(lambda: _("Two traces turned out to be one person"), "git-merge"),
    "AccountsMerged": _plain(lambda: _("Another account became part of this one"), "git-merge"),
    "PeopleParted": _plain(lambda: _("A merge of people was taken back"), "git-merge"),
    "AccountsParted": _plain(lambda: _("A merge of accounts was taken back"), "git-merge"),
    "AccountChurned": _plain(lambda: _("Churned: %(event)s"), "user-x", tone="risk"),
    "AccountReturned": _plain(lambda: _("Came back: %(event)s"), "rotate-clockwise", tone="good"),
    "OwnerChanged": _owner_changed,
    "AccountAssigned": _assigned,
    "SegmentEntered": _plain(
        lambda: _("Entered the segment “%(segment_name)s”"), "filter", link="segment", key="segment_id"
    ),
    "SegmentLeft": _plain(lambda: _("Left the segment “%(segment_name)s”"), "filter", link="segment", key="segment_id"),
    "StageEntered": _stage_entered,
    "TouchModelChanged": _touch_model_changed,
    "VipReasonFound": _plain(lambda: _("VIP of the level %(level_name)s: %(reason_name)s"), "crown", tone="good"),
    "VipReasonGone": _plain(lambda: _("A VIP no longer for this reason: %(reason_name)s"), "crown"),
    "VipTermsAccepted": _plain(lambda: _("Accepted the terms of the level %(level_name)s"), "checkbox", tone="good"),
    "TransitionStepClosed": _step_closed,
    "TransitionStepReopened": _plain(
        lambda: _("A step of the change of touch models is to be done again: %(title)s"), "arrow-back-up"
    ),
    "TransitionStepDue": _plain(lambda: _("A step of the change of touch models is due: %(title)s"), "calendar-due"),
    "SignalOpened": _signal_opened,
    "SignalClosed": _signal_closed,
    "SignalWorsened": _signal_worsened,
    "SignalSnoozed": _signal_moved(lambda: _("%(member)s put off the signal: %(kind)s"), "snoozed_by_id"),
    "SignalAssigned": _signal_moved(lambda: _("The signal is with %(owner)s now: %(kind)s"), "assigned_by_id"),
    "RunStarted": _plain(
        lambda: _("The playbook “%(playbook_name)s” has begun"), "checklist", tone="info", link="run", key="run_id"
    ),
    "RunFinished": _run_finished,
    "TaskCompleted": _plain(lambda: _("%(completed_by)s did “%(title)s”"), "checkbox"),
    "TaskUndone": _plain(lambda: _("“%(title)s” is to be done again"), "arrow-back-up"),
    "CallLogged": _call_logged,
    "TouchMade": _touch_made,
    "TouchSkipped": _touch_skipped,
    "GoalReached": _plain(
        lambda: _("The journey “%(journey_name)s” reached its goal"), "target", tone="good", link="journey",
        key="journey_id",
    ),
    "MessageSent": _plain(lambda: _("Message sent: %(subject)s"), "mail", link="message", key="message_id"),
    "MessageRefused": _message_refused,
    "Unsubscribed": _unsubscribed,
    "TrialStarted": _plain(lambda: _("A trial began: %(plan)s"), "player-play", tone="info"),
    "TrialEnded": _plain(lambda: _("A trial ended without a purchase: %(plan)s"), "player-stop", tone="risk"),
    "BecamePaying": _plain(lambda: _("Pays now: %(plan)s"), "credit-card", tone="good"),
    "PlanChanged": _plan_changed,
    "SubscriptionChurned": _plain(lambda: _("A subscription ended: %(plan)s"), "circle-x", tone="risk"),
    "MovementRecorded": _moved,
    "TicketOpened": _plain(lambda: _("Ticket opened: %(subject)s"), "inbox", tone="info"),
    "TicketSolved": _plain(lambda: _("Ticket solved: %(subject)s"), "circle-check", tone="good"),
    "Resubscribed": _plain(lambda: _("Takes messages again"), "bell"),
}  # fmt: skip
