"""Send an e-mail: decide on each touch, write the decision down, queue what is to be sent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.utils.translation import gettext as _

from tenure.channels import actions as channels
from tenure.channels import queries as channel_queries
from tenure.channels.types import ContactState, NewMessage, Policy
from tenure.experiments import actions as experiments
from tenure.experiments.types import Group
from tenure.journeys.actions.deciding import Decided, record_decisions
from tenure.journeys.queries.addressees import Addressee, addressees, workspace_timezone
from tenure.journeys.rules import Facts, Verdict, decide, touch_key, zone
from tenure.journeys.types import Advance, Due, FieldKind, Move, Outcome, Problem, Stay, StepField
from tenure.touch_models import queries as touch_models

CHANNEL = "email"


class SendEmailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`{"template_id": 7, "topic": "onboarding"}`; without a topic, the template's."""

    template_id: int
    topic: str = ""


class SendEmail:
    """Sends a template to the person a journey is about, or to the one who fits best at an account."""

    kind = "send_email"
    icon = "mail"

    def name(self) -> str:
        """Say what it is called."""
        return _("Send an e-mail")

    def fields(self) -> Sequence[StepField]:
        """Ask for a template that is in use, and for a topic when it is not to be the template's own."""
        return (
            StepField(
                name="template_id",
                kind=FieldKind.CHOICE,
                label=_("E-mail template"),
                explanation=_("What it says is written on the page of e-mail templates."),
                choices=tuple(channel_queries.templates().values_list("pk", "name")),
                is_required=True,
            ),
            StepField(
                name="topic",
                kind=FieldKind.CHOICE,
                label=_("Topic"),
                explanation=_("Left open, it is the template's. Whoever unsubscribed from it gets nothing."),
                choices=tuple(channel_queries.topic_names().items()),
            ),
        )

    def problems(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Ask for a template and a topic that exist."""
        try:
            read = _read(settings)
        except msgspec.ValidationError as error:
            return [Problem(code="settings_unreadable", place="settings", detail=str(error))]
        problems = []
        if not channel_queries.current_versions([read.template_id]):
            problems.append(Problem(code="template_unknown", place="template_id"))
        if not read.topic:
            if not problems and not channel_queries.template_topics([read.template_id]):
                problems.append(Problem(code="topic_missing", place="topic"))
        elif read.topic not in channel_queries.topic_names():
            problems.append(Problem(code="topic_unknown", place="topic", detail=read.topic))
        return problems

    def due_at(self, settings: Mapping[str, Any], *, arrived_at: datetime, tz: ZoneInfo) -> datetime:
        """Send at once."""
        return arrived_at

    def carry_out(self, due: Sequence[Due], *, now: datetime) -> Mapping[int, Move]:
        """Decide on all touches in one pass; a fixed number of statements, whatever their number."""
        settings = _read(due[0].step.settings)
        version = channel_queries.current_versions([settings.template_id]).get(settings.template_id)
        topic = settings.topic or channel_queries.template_topics([settings.template_id]).get(settings.template_id, "")
        groups = experiments.assign_accounts({d.account_id for d in due if d.account_id is not None}, at=now)
        forbidden = touch_models.channels_forbidden({d.account_id for d in due if d.account_id is not None})
        people = addressees(due)
        policy = channel_queries.contact_policy()
        states = channel_queries.contact_states(
            {r.person_id: r.address for r in people.values()}, since=now - timedelta(days=policy.cap_days)
        )
        default_tz = workspace_timezone()
        queued_now: dict[int, list[datetime]] = defaultdict(list)
        decided = []
        for each in due:
            person = people.get(each.enrolment_id)
            state = states.get(person.person_id, ContactState()) if person else ContactState()
            sent_at = (*state.sent_at, *(queued_now[person.person_id] if person else ()))
            facts = Facts(
                now=now,
                due_at=each.due_at,
                arrived_at=each.arrived_at,
                touches_from=each.touches_from,
                held_out=each.account_id is not None and groups.get(each.account_id) == Group.HELD_OUT,
                churned=each.account_churned and not each.definition.reaches_churned,
                has_person=person is not None,
                has_address=bool(person and person.address),
                unsubscribed=state.everything or topic in state.topics,
                has_content=version is not None,
                sent_at=sent_at,
                cap_messages=policy.cap_messages,
                cap_days=policy.cap_days,
                quiet_from=policy.quiet_from,
                quiet_until=policy.quiet_until,
                tz=zone(person.timezone if person else "", default_tz),
                channel_forbidden=CHANNEL in forbidden.get(each.account_id or 0, ()),
            )
            verdict = decide(facts)
            if person and verdict.outcome == Outcome.MADE:
                queued_now[person.person_id].append(now)
            decided.append(
                Decided(
                    due=each,
                    verdict=verdict,
                    person_id=person.person_id if person else each.person_id,
                    channel=CHANNEL,
                    inputs=_inputs(facts, policy, group=groups.get(each.account_id or 0), topic=topic),
                )
            )
        messages = _queue(decided, people, template_version_id=version.pk if version else None, topic=topic)
        record_decisions(decided, messages=messages, subjects=_subjects(messages), now=now)
        return {d.due.enrolment_id: _move(d.verdict) for d in decided}


def _read(settings: Mapping[str, Any]) -> SendEmailSettings:
    return msgspec.convert(dict(settings), SendEmailSettings)


def _move(verdict: Verdict) -> Move:
    return Stay(until=verdict.until) if verdict.until is not None else Advance()


def _queue(
    decided: Sequence[Decided], people: Mapping[int, Addressee], *, template_version_id: int | None, topic: str
) -> dict[int, int]:
    """Queue the touches that are made; returns message ids by enrolment."""
    keys = {
        touch_key(d.due.journey_id, d.due.version, d.due.step.id, d.due.enrolment_id): d
        for d in decided
        if d.verdict.outcome == Outcome.MADE
    }
    queued = channels.queue_messages(
        [
            NewMessage(
                idempotency_key=key,
                channel=CHANNEL,
                address=people[d.due.enrolment_id].address,
                person_id=people[d.due.enrolment_id].person_id,
                account_id=d.due.account_id,
                topic=topic,
                template_version_id=template_version_id,
                origin=f"journey:{d.due.journey_id}",
                origin_name=d.due.journey_name,
            )
            for key, d in keys.items()
        ]
    )
    return {keys[key].due.enrolment_id: message_id for key, message_id in queued.ids.items()}


def _subjects(messages: Mapping[int, int]) -> dict[int, str]:
    said = channel_queries.subjects_of(messages.values())
    return {enrolment_id: said.get(message_id, "") for enrolment_id, message_id in messages.items()}


def _inputs(facts: Facts, policy: Policy, *, group: Group | None, topic: str) -> dict[str, Any]:
    """Write down what the decision rested on, for people to read."""
    return {
        "group": group.value if group else None,
        "churned": facts.churned,
        "channel_forbidden": facts.channel_forbidden,
        "has_address": facts.has_address,
        "topic": topic,
        "unsubscribed": facts.unsubscribed,
        "sent_lately": len(facts.sent_at),
        "cap": {"messages": policy.cap_messages, "days": policy.cap_days},
        "local_time": facts.now.astimezone(facts.tz).strftime("%Y-%m-%d %H:%M"),
        "timezone": facts.tz.key,
        "quiet": {"from": policy.quiet_from.strftime("%H:%M"), "until": policy.quiet_until.strftime("%H:%M")},
        "due_at": facts.due_at.isoformat(),
    }
